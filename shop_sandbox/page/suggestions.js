// What opens above the composer: the bot's commands while "/" is typed, and the results of an
// inline query while "@bot words" is typed.

import * as api from "./api.js";
import { el } from "./dom.js";
import { initialsOf } from "./format.js";
import { attempt } from "./notices.js";
import { t } from "./words.js";

const PAUSE = 250; // milliseconds without a key before the bot is asked

export class Suggestions {
  #options = [];
  #at = -1;
  #asked = null;
  #timer = 0;
  #serial = 0;

  constructor(pane, composer) {
    this.pane = pane;
    this.composer = composer;
    this.root = el("div", { class: "suggestions", role: "listbox", id: `suggestions-${pane.root.id}`, "aria-label": t("suggestions"), hidden: true });
  }

  close() {
    this.#serial += 1;
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#show([]);
  }

  /** Open the list of all commands, or close it. */
  toggleAll() {
    if (!this.root.hidden) return this.close();
    this.composer.insert("/");
  }

  /** Look at what stands in the field and suggest what fits. */
  look() {
    const words = this.composer.text.value;
    const command = /^\/([a-z0-9_]*)$/iu.exec(words);
    const query = /^@(\w+)\s([\s\S]*)$/u.exec(words);
    if (command) this.#commands(command[1].toLowerCase());
    else if (query && query[1].toLowerCase() === this.pane.store.bot.username.toLowerCase()) this.#inline(query[2]);
    else this.close();
  }

  /** Take the arrow keys, Tab, Escape and Enter while a list is open; true when taken. */
  keyed(event) {
    if (this.root.hidden || !this.#options.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#select((this.#at + step + this.#options.length) % this.#options.length);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && !event.shiftKey) this.#options[Math.max(this.#at, 0)].fill();
    else if (event.key === "Enter" && this.#at >= 0) this.#options[this.#at].run();
    else return false;
    event.preventDefault();
    return true;
  }

  async #commands(typed) {
    const serial = ++this.#serial;
    const answer = await attempt(() => api.commands(this.pane.chat.id, this.pane.person.id), this.pane.root);
    if (!answer || serial !== this.#serial) return;
    this.#show(answer.commands.filter((one) => one.command.startsWith(typed)).map((one) => ({
      node: el("button", { type: "button", role: "option", class: "option" }, el("b", { dir: "ltr" }, `/${one.command}`), el("span", { dir: "auto" }, one.description)),
      run: () => { this.composer.command(one.command); this.composer.focus(); },
      fill: () => this.composer.insert(`/${one.command} `),
    })));
  }

  #inline(query, offset = "", before = []) {
    const serial = ++this.#serial;
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#timer = setTimeout(async () => {
      this.#asked = new AbortController();
      this.root.classList.add("suggestions-wait");
      const asked = { user_id: this.pane.person.id, query, offset };
      const answer = await api.inline(asked, this.#asked.signal).catch((error) => ({ refused: error.message }));
      if (serial !== this.#serial) return;
      this.root.classList.remove("suggestions-wait");
      if (answer.refused) this.#show([], answer.refused);
      else this.#showResults(query, answer, before);
    }, offset ? 0 : PAUSE);
  }

  #showResults(query, answer, before) {
    const results = [...before, ...answer.results.map((result) => this.#result(result, answer.query_id))];
    const options = [...results];
    if (answer.button) {
      const open = () => { this.composer.clear(); this.pane.on.follow({ kind: "bot", username: this.pane.store.bot.username, start: answer.button.start_parameter }, this.pane); };
      options.unshift({ node: el("button", { type: "button", role: "option", class: "option option-button", dir: "auto" }, answer.button.text), run: open, fill: open });
    }
    if (answer.next_offset) {
      const more = () => this.#inline(query, answer.next_offset, results);
      options.push({ node: el("button", { type: "button", role: "option", class: "option option-button" }, t("more")), run: more, fill: more });
    }
    this.#show(options, results.length ? null : t("nothing_found"));
  }

  #result(result, queryId) {
    const picture = result.url ?? result.thumbnail_url ?? result.photo_url;
    const title = result.title ?? result.description ?? result.caption ?? t("result");
    const choose = () => {
      this.composer.clear();
      this.composer.focus();
      attempt(() => api.choose({ user_id: this.pane.person.id, chat_id: this.pane.chat.id, query_id: queryId, result_id: result.id }), this.pane.root);
      this.pane.thread.toBottom();
    };
    return {
      node: el("button", { type: "button", role: "option", class: "option option-result" },
        el("span", { class: "option-face", "aria-hidden": "true" }, initialsOf(title),
          picture ? el("img", { src: picture, alt: "", width: 48, height: 48, onerror: (event) => event.target.remove() }) : null),
        el("span", { class: "option-text" }, el("b", { dir: "auto" }, title), result.description && result.title ? el("span", { dir: "auto" }, result.description) : null)),
      run: choose, fill: choose,
    };
  }

  #show(options, note = null) {
    const chosen = this.#options[this.#at]?.node.textContent;
    this.#options = options;
    this.#at = -1;
    for (const option of options) {
      option.node.onclick = () => option.run();
      option.node.tabIndex = -1;
      option.node.id = `${this.root.id}-${options.indexOf(option)}`;
      option.node.classList.remove("option-at");
    }
    this.root.hidden = !options.length && !note;
    this.composer.text.removeAttribute("aria-activedescendant");
    this.root.replaceChildren(...options.map((option) => option.node));
    if (note) this.root.append(el("p", { class: "option-note" }, note));
    this.root.scrollTop = 0;
    const again = options.findIndex((option) => option.node.textContent === chosen);
    if (again >= 0) this.#select(again); // whoever types on keeps what they had chosen
  }

  #select(at) {
    this.#options[this.#at]?.node.classList.remove("option-at");
    this.#at = at;
    const { node } = this.#options[at];
    node.classList.add("option-at");
    this.composer.text.setAttribute("aria-activedescendant", node.id);
    node.scrollIntoView({ block: "nearest" });
  }
}
