// One conversation: its head, its messages and its composer. The page shows two, so everything
// here belongs to one chat seen by one person.

import * as api from "./api.js";
import { avatar } from "./bubble.js";
import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { nameOf, previewOf } from "./format.js";
import { buttonOf, switches } from "./keyboard.js";
import { readLink } from "./links.js";
import { showMenu } from "./menu.js";
import { attempt, lightbox, toast } from "./notices.js";
import { Thread } from "./thread.js";
import { t } from "./words.js";

export class Pane {
  chat = null;
  person = null;
  #due = 0;

  /**
   * `on.follow(link, pane)` goes where a link leads; `on.as(person)` looks with another's eyes;
   * `on.seen(chatId)` is told what has been read.
   */
  constructor(root, store, on) {
    this.root = root;
    this.store = store;
    this.on = on;
    this.head = el("header", { class: "head" });
    this.thread = new Thread(store, () => this.chat && this.isSeen() && on.seen(this.chat.id));
    this.welcome = el("div", { class: "welcome", hidden: true });
    this.composer = new Composer(this);
    root.append(this.head, el("div", { class: "talk" }, this.thread.box, this.welcome, this.thread.jump, el("div", { class: "toasts", role: "status" })), this.composer.root);
    this.thread.list.addEventListener("click", (event) => this.#pressed(event));
    this.thread.list.addEventListener("keydown", (event) => this.#keyed(event));
    this.thread.list.addEventListener("dblclick", (event) => this.#twice(event));
    store.addEventListener("messages", ({ detail }) => { if (detail === this.chat?.id) this.draw(); });
    store.addEventListener("taps", ({ detail }) => { if (detail === this.chat?.id) this.thread.markKeys(); });
    store.addEventListener("typing", ({ detail }) => { if (detail === this.chat?.id) this.#drawHead(); });
    store.addEventListener("state", () => this.#refresh());
  }

  /** Show a chat as a person sees it. */
  show(chatId, personId) {
    const chat = this.store.chat(chatId);
    const person = this.store.person(personId);
    if (!chat || !person) return;
    const again = this.chat?.id === chatId && this.person?.id === personId;
    this.chat = chat;
    this.person = person;
    this.#drawHead();
    if (again) return this.draw();
    this.root.querySelector(".toasts").replaceChildren(); // what was said to somebody else
    this.thread.open(chat, personId);
    this.composer.open();
    this.draw();
    this.reload();
  }

  reload() {
    if (this.chat) return attempt(() => this.store.load(this.chat.id, this.person.id), this.root);
  }

  /** Whether a person can be looking at the newest message now. */
  isSeen() { return !document.hidden && this.root.checkVisibility() && this.thread.atBottom; }

  draw() {
    if (this.#due) return;
    this.#due = requestAnimationFrame(() => {
      this.#due = 0;
      this.thread.draw();
      this.#drawWelcome();
      this.composer.drawState();
    });
  }

  /** Send a text as the person who looks. */
  send(text, extra = {}) {
    const sent = this.store.send({ chat_id: this.chat.id, user_id: this.person.id, text, ...extra });
    requestAnimationFrame(() => this.thread.toBottom());
    return attempt(() => sent, this.root);
  }

  #refresh() {
    if (!this.chat) return;
    this.chat = this.store.chat(this.chat.id) ?? this.chat;
    this.person = this.store.person(this.person.id) ?? this.person;
    this.thread.chat = this.chat;
    this.#drawHead();
    this.draw();
  }

  #drawHead() {
    const { chat, person, store } = this;
    const group = chat.type !== "private";
    const title = group ? chat.title : nameOf(store.bot);
    const line = store.isTyping(chat.id)
      ? el("span", { class: "typing" }, t("typing"), el("i"), el("i"), el("i"))
      : group ? t(chat.type, { n: chat.members.length }) : el("bdi", {}, `@${store.bot.username}`);
    const as = group
      ? el("label", { class: "as" }, el("span", {}, t("you_are")), el("select", { "aria-label": t("who_in_group"), onchange: (event) => this.on.as(Number(event.target.value)) },
        chat.members.map((id) => store.person(id)).filter(Boolean).map((one) => el("option", { value: one.id, selected: one.id === person.id }, nameOf(one)))))
      : el("p", { class: "as" }, avatar(nameOf(person), person.color, "avatar-tiny"), el("span", {}, t(person.is_owner ? "owner_small" : "you_are_small"), " ", el("b", { dir: "auto" }, person.first_name)));
    const drawn = [chat.id, title, person.id, nameOf(person), store.isTyping(chat.id), chat.members.join(), chat.type].join("|");
    if (this.head.dataset.drawn === drawn) return;
    this.head.dataset.drawn = drawn;
    this.head.replaceChildren(avatar(title, group ? null : "var(--shop)"), el("div", { class: "head-text" }, el("h2", {}, el("bdi", {}, title)), el("p", { class: "head-line" }, line)), as);
  }

  #drawWelcome() {
    const empty = this.store.isLoaded(this.chat.id) && !this.store.list(this.chat.id).length;
    this.welcome.hidden = !empty;
    if (!empty) return;
    const { bot } = this.store;
    const words = this.chat.type !== "private" ? t("welcome_group")
      : this.person.is_owner ? t("welcome_owner") : bot.description || t("welcome_start");
    this.welcome.replaceChildren(el("div", { class: "welcome-card" }, avatar(nameOf(bot), "var(--shop)", "avatar-large"), el("h3", { dir: "auto" }, nameOf(bot)),
      el("p", { dir: "auto" }, words)));
  }

  #message(node) {
    const id = Number(node.closest("[data-message-id]")?.dataset.messageId);
    return this.store.message(this.chat.id, id);
  }

  #pressed(event) {
    const on = (selector) => event.target.closest(selector);
    const inside = on("a[data-inside]");
    if (inside) {
      event.preventDefault();
      this.on.follow(readLink(inside.dataset.inside), this);
    } else if (on("button.key")) this.#key(on("button.key"));
    else if (on(".command")) this.send(on(".command").dataset.command);
    else if (on(".picture")) lightbox(on(".picture").dataset.look, this.#message(event.target)?.caption);
    else if (on(".quoted")) this.thread.point(on(".quoted").dataset.goto);
    else if (on(".spoiler")) on(".spoiler").classList.add("spoiler-open");
    else if (on(".folded")) unfold(on(".folded"));
    else if (on(".message-more")) this.#menu(on(".message-more"));
  }

  #keyed(event) {
    if (event.key !== "Enter" && event.key !== " ") return;
    if (!event.target.matches(".spoiler, .folded")) return;
    event.preventDefault();
    event.target.click();
  }

  #twice(event) {
    if (event.target.closest("button, a, .words")) return;
    const message = event.target.closest(".bubble") && this.#message(event.target);
    if (message) this.composer.reply(message);
  }

  #key(node) {
    const message = this.#message(node);
    const button = buttonOf(message, node);
    if (!button) return;
    if (button.callback_data !== undefined) {
      attempt(() => this.store.tap({ chat_id: this.chat.id, user_id: this.person.id, message_id: message.message_id, data: button.callback_data }), this.root);
    } else if (button.copy_text) this.#copy(button.copy_text.text, t("copied_words", { words: button.copy_text.text }));
    else if (switches(button) !== undefined) this.composer.insert(`@${this.store.bot.username} ${switches(button)}`);
    else toast(t("no_button"), this.root);
  }

  #menu(node) {
    const message = this.#message(node);
    if (!message) return;
    const words = message.text ?? message.caption;
    const items = [{ label: t("reply"), icon: "reply", run: () => this.composer.reply(message) }];
    if (words) items.push({ label: t("copy_text"), icon: "copy", run: () => this.#copy(words, t("copied")) });
    if (message.from?.id === this.person.id && message.text !== undefined && !message.via_bot) items.push({ label: t("edit"), icon: "edit", run: () => this.composer.edit(message) });
    showMenu(node, items);
  }

  async #copy(words, said) {
    try {
      await navigator.clipboard.writeText(words);
      toast(said, this.root);
    } catch {
      toast(t("no_copy", { words }), this.root);
    }
  }

  /** Edit one's own last text, as the arrow up does in a messenger. */
  editLast() {
    const mine = this.store.list(this.chat.id).findLast((one) => one.from?.id === this.person.id && one.text !== undefined && !one.via_bot);
    if (mine) this.composer.edit(mine);
  }

  /** Press Start, which also unblocks; a group takes the shop back. */
  async begin() {
    const { chat, person, root } = this;
    await attempt(() => (chat.type === "private" ? api.start(person.id, "") : api.block(chat.id, false)), root);
  }

  preview(message) { return previewOf(message); }
}

function unfold(node) {
  const open = node.classList.toggle("unfolded");
  node.setAttribute("aria-expanded", String(open));
}
