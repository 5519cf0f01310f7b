// Choosing what to attach: a photo, a file, and the odd things that people send to shops.

import * as api from "./api.js";
import { el, icon, iconButton } from "./dom.js";
import { sizeOf } from "./format.js";
import { showMenu } from "./menu.js";
import { attempt } from "./notices.js";
import { t } from "./words.js";

const PHOTOS = ["image/jpeg", "image/png", "image/webp"];

export class FilePicker {
  chosen = null; // {file, kind}

  constructor(pane, changed) {
    this.pane = pane;
    this.changed = changed;
    this.input = el("input", { type: "file", hidden: true, onchange: () => this.#picked() });
    this.button = iconButton("attach", t("attach"), () => this.#menu(), { "aria-haspopup": "menu" });
    this.root = el("div", { class: "chosen", hidden: true });
    pane.root.append(this.input);
  }

  clear() {
    this.chosen = null;
    this.input.value = "";
    this.#draw();
  }

  /** A picture or file from the clipboard. */
  pasted(event) {
    const [file] = event.clipboardData?.files ?? [];
    if (!file) return;
    event.preventDefault();
    this.#take(file, kindFor(file));
  }

  dropped(event) {
    const [file] = event.dataTransfer?.files ?? [];
    event.preventDefault();
    if (file) this.#take(file, kindFor(file));
  }

  async send(where) {
    const { file, kind } = this.chosen;
    const answer = await api.upload({ ...where, file, kind });
    this.clear();
    return answer;
  }

  #menu() {
    const pick = (kind, accept) => () => {
      this.kind = kind;
      this.input.accept = accept;
      this.input.click();
    };
    showMenu(this.button, [
      { label: t("photo"), icon: "photo", run: pick("photo", PHOTOS.join()) },
      { label: t("file"), icon: "file", run: pick("document", "") },
      { label: t("a_sticker"), icon: "smile", run: () => this.#odd("sticker", drawSticker, "sticker.webp") },
      { label: t("a_voice"), icon: "voice", run: () => this.#odd("voice", recordSilence, "voice.wav") },
    ]);
  }

  #picked() {
    const [file] = this.input.files;
    if (file) this.#take(file, this.kind ?? kindFor(file));
  }

  #take(file, kind) {
    this.chosen = { file, kind };
    this.#draw();
    this.pane.composer.focus();
    this.changed();
  }

  #odd(kind, make, name) {
    const { chat, person } = this.pane;
    return attempt(async () => api.upload({ chat_id: chat.id, user_id: person.id, file: await make(), name, kind }), this.pane.root);
  }

  #draw() {
    this.root.hidden = !this.chosen;
    if (!this.chosen) return this.root.replaceChildren();
    const { file, kind } = this.chosen;
    const either = PHOTOS.includes(file.type)
      ? el("label", { class: "as-file" }, el("input", { type: "checkbox", checked: kind === "document", onchange: (event) => { this.chosen.kind = event.target.checked ? "document" : "photo"; } }), t("as_file"))
      : null;
    this.root.replaceChildren(icon(kind === "photo" ? "photo" : "file"),
      el("span", { class: "chosen-name", dir: "auto" }, file.name), el("span", { class: "chosen-size" }, sizeOf(file.size)), either,
      iconButton("close", t("do_not_attach"), () => this.clear()));
  }
}

const kindFor = (file) => (PHOTOS.includes(file.type) ? "photo" : "document");

function drawSticker() {
  const canvas = el("canvas", { width: 512, height: 512 });
  const pen = canvas.getContext("2d");
  pen.font = "360px sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText("👋", 256, 276);
  return new Promise((done) => { canvas.toBlob(done, "image/webp"); });
}

function recordSilence() {
  const rate = 8000;
  const bytes = new DataView(new ArrayBuffer(44 + rate));
  const word = (at, letters) => [...letters].forEach((letter, i) => bytes.setUint8(at + i, letter.charCodeAt(0)));
  word(0, "RIFF"); word(8, "WAVEfmt "); word(36, "data");
  for (const [at, value] of [[4, 36 + rate], [16, 16], [24, rate], [28, rate], [40, rate]]) bytes.setUint32(at, value, true);
  for (const [at, value] of [[20, 1], [22, 1], [32, 1], [34, 8]]) bytes.setUint16(at, value, true);
  for (let i = 44; i < 44 + rate; i += 1) bytes.setUint8(i, 128);
  return new Blob([bytes], { type: "audio/wav" });
}
