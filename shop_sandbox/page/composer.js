// Where a person writes: text, commands, inline queries, replies, edits and files.

import * as api from "./api.js";
import { FilePicker } from "./files.js";
import { el, iconButton } from "./dom.js";
import { nameOf } from "./format.js";
import { attempt } from "./notices.js";
import { Suggestions } from "./suggestions.js";
import { t } from "./words.js";

const TALLEST = 160;

export class Composer {
  #drafts = new Map();
  #about = null; // {kind: "reply" | "edit", message}
  #key = null;

  constructor(pane) {
    this.pane = pane;
    this.text = el("textarea", {
      rows: 1, dir: "auto", placeholder: t("message"), "aria-label": t("message"), autocomplete: "off", enterkeyhint: "send", spellcheck: "false", "aria-autocomplete": "list", "aria-controls": `suggestions-${pane.root.id}`,
      oninput: () => this.#typed(), onkeydown: (event) => this.#keyed(event), onpaste: (event) => this.files.pasted(event), onfocus: () => this.suggestions.look(),
    });
    this.files = new FilePicker(pane, () => this.#typed());
    this.suggestions = new Suggestions(pane, this);
    this.bar = el("div", { class: "about", hidden: true });
    this.commands = iconButton("slash", t("commands"), () => this.suggestions.toggleAll(), { class: "icon-button commands-button" });
    this.submit = iconButton("send", t("send"), () => this.#submit(), { class: "icon-button send" });
    this.row = el("div", { class: "write", hidden: true }, this.files.button, this.text, this.commands, this.submit);
    this.begin = el("button", { type: "button", class: "button button-main begin", hidden: true, onclick: () => pane.begin() }, t("start"));
    this.root = el("div", { class: "composer" }, this.suggestions.root, this.bar, this.files.root, this.row, this.begin);
    pane.root.addEventListener("dragover", (event) => event.preventDefault());
    pane.root.addEventListener("drop", (event) => this.files.dropped(event));
  }

  /** Another chat or person: keep what was being written there, bring back what was here. */
  open() {
    if (this.#key) this.#drafts.set(this.#key, this.text.value);
    this.#key = `${this.pane.chat.id}:${this.pane.person.id}`;
    this.text.value = this.#drafts.get(this.#key) ?? "";
    this.files.clear();
    this.suggestions.close();
    this.#setAbout(null);
    this.#fit();
    this.drawState();
  }

  /** Show Start in an empty chat and a way back into a blocked one. */
  drawState() {
    const { chat, store } = this.pane;
    const empty = chat.type === "private" && store.isLoaded(chat.id) && !store.list(chat.id).length && !store.sending(chat.id).length;
    this.begin.hidden = !empty && !chat.blocked;
    this.begin.textContent = !chat.blocked ? t("start") : t(chat.type === "private" ? "unblock" : "bring_back");
    this.row.hidden = !this.begin.hidden;
  }

  reply(message) {
    this.#setAbout({ kind: "reply", message });
    this.focus();
  }

  edit(message) {
    this.#setAbout({ kind: "edit", message });
    this.text.value = message.text;
    this.#fit();
    this.focus();
  }

  /** Put words into the field, as switching to inline mode or sharing does. */
  insert(words) {
    this.text.value = words;
    this.focus();
    this.#typed();
  }

  focus() {
    this.text.focus();
    this.text.setSelectionRange(this.text.value.length, this.text.value.length);
  }

  clear() {
    this.text.value = "";
    this.#setAbout(null);
    this.#fit();
    this.suggestions.close();
  }

  /** Send a command, addressed to the bot where others listen too. */
  command(name) {
    const { chat, store } = this.pane;
    this.clear();
    this.pane.send(chat.type === "private" ? `/${name}` : `/${name}@${store.bot.username}`);
  }

  #setAbout(about) {
    this.#about = about;
    this.bar.hidden = !about;
    if (!about) return;
    const title = about.kind === "edit" ? t("edit_title") : t("reply_title", { who: nameOf(about.message.from) });
    this.bar.replaceChildren(
      el("span", { class: "about-text" }, el("b", {}, title), el("span", { dir: "auto" }, this.pane.preview(about.message))),
      iconButton("close", t(about.kind === "edit" ? "stop_editing" : "do_not_reply"), () => this.#leaveAbout()));
  }

  #leaveAbout() {
    if (this.#about?.kind === "edit") this.text.value = "";
    this.#setAbout(null);
    this.#fit();
    this.focus();
  }

  #typed() {
    this.#fit();
    this.suggestions.look();
  }

  #fit() {
    this.text.style.setProperty("height", "auto");
    this.text.style.setProperty("height", `${Math.min(this.text.scrollHeight, TALLEST)}px`);
  }

  #keyed(event) {
    if (event.isComposing) return;
    if (this.suggestions.keyed(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape" && this.#about) this.#leaveAbout();
    else if (event.key === "ArrowUp" && !this.text.value && !this.#about) {
      event.preventDefault();
      this.pane.editLast();
    }
  }

  async #submit() {
    const words = this.text.value.trim();
    const about = this.#about;
    const { chat, person } = this.pane;
    const answer = about?.kind === "reply" ? { reply_to_message_id: about.message.message_id } : {};
    if (this.files.chosen) {
      const sent = await attempt(() => this.files.send({ chat_id: chat.id, user_id: person.id, caption: words }), this.pane.root);
      if (sent) this.clear();
      return;
    }
    if (!words) return;
    this.clear();
    this.focus();
    if (about?.kind === "edit") {
      if (words !== about.message.text) await attempt(() => api.edit({ chat_id: chat.id, user_id: person.id, message_id: about.message.message_id, text: words }), this.pane.root);
    } else await this.pane.send(words, answer);
  }
}
