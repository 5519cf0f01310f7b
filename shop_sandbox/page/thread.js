// The messages of one chat on the screen: drawn once, patched where they change, scrolled kindly.

import { bubble, sendingBubble } from "./bubble.js";
import { el, iconButton } from "./dom.js";
import { dayOf } from "./format.js";
import { buttonOf, markKey } from "./keyboard.js";
import { t } from "./words.js";

const NEAR = 90; // pixels from the bottom that still count as being there
const TOGETHER = 300; // seconds within which one person's messages stand together

export class Thread {
  #drawn = new Map();
  #near = true;
  #missed = 0;
  #fresh = true;

  /** `seen()` is told when the newest message is on the screen. */
  constructor(store, seen) {
    this.store = store;
    this.seen = seen;
    this.list = el("div", { class: "list", role: "log", "aria-live": "polite", "aria-relevant": "additions" });
    this.box = el("div", { class: "scroll", tabindex: 0, "aria-label": t("messages") }, this.list);
    this.jump = iconButton("down", t("to_newest"), () => this.toBottom(), { class: "icon-button jump", hidden: true });
    this.badge = el("span", { class: "badge", hidden: true });
    this.jump.append(this.badge);
    this.box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const watch = new ResizeObserver(() => { if (this.#near) this.toBottom(); });
    watch.observe(this.list);
    watch.observe(this.box);
  }

  /** Show another chat, from its newest message. */
  open(chat, as) {
    this.chat = chat;
    this.as = as;
    this.#drawn.clear();
    this.list.replaceChildren();
    this.#fresh = true;
    this.#near = true;
    this.#missed = 0;
    this.draw();
  }

  toBottom() {
    this.box.scrollTop = this.box.scrollHeight;
    this.#near = true;
    this.#missed = 0;
    this.#mark();
    this.seen();
  }

  /** Bring a message into view and point at it. */
  point(id) {
    const node = this.list.querySelector(`[data-message-id="${id}"]`);
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("pointed");
    setTimeout(() => node?.classList.remove("pointed"), 1600);
  }

  draw() {
    if (!this.chat) return;
    const isSeen = (message) => !message.receiver_user || message.receiver_user.id === this.as;
    const messages = this.store.list(this.chat.id).filter(isSeen);
    const blocks = this.#blocks(messages);
    const keep = new Set();
    let before = null; // the node that the next block must follow
    let added = 0;
    for (const block of blocks) {
      keep.add(block.key);
      const old = this.#drawn.get(block.key);
      let node = old?.node;
      if (!old || !same(old.block, block)) {
        node = this.#make(block, old?.node);
        if (old) replace(old.node, node);
        else {
          if (!this.#fresh && block.parts) node.classList.add("arrives");
          if (block.parts && !block.parts[0].outgoing) added += 1;
        }
        this.#drawn.set(block.key, { block, node });
      }
      const place = before ? before.nextSibling : this.list.firstChild;
      if (place !== node) this.list.insertBefore(node, place);
      before = node;
    }
    for (const [key, { node }] of this.#drawn) {
      if (keep.has(key)) continue;
      node.remove();
      this.#drawn.delete(key);
    }
    const wasFresh = this.#fresh;
    this.#fresh = messages.length === 0 && !this.store.isLoaded(this.chat.id);
    if (this.#near || wasFresh) this.toBottom();
    else this.#missed += added;
    this.#mark();
  }

  /** Show which buttons wait, without drawing anything anew. */
  markKeys() {
    for (const { block, node } of this.#drawn.values()) {
      if (!block.parts) continue;
      const [message] = block.parts;
      for (const key of node.querySelectorAll("button.key")) {
        const data = buttonOf(message, key)?.callback_data;
        if (data !== undefined) markKey(key, this.store.isTapped(this.chat.id, message.message_id, data));
      }
    }
  }

  #blocks(messages) {
    const blocks = [];
    let last = null;
    let day = null;
    for (const message of messages) {
      const album = last?.parts && message.media_group_id && last.parts[0].media_group_id === message.media_group_id;
      if (album) {
        last.parts.push(message);
        continue;
      }
      const today = dayOf(message.date);
      if (today !== day) blocks.push({ key: `day:${today}`, day: (day = today) });
      const near = last && blocks.at(-1) === last && last.parts[0].from?.id === message.from?.id && message.date - last.parts.at(-1).date < TOGETHER;
      last = { key: message.message_id, parts: [message], first: !near };
      blocks.push(last);
    }
    for (const one of this.store.sending(this.chat.id)) blocks.push({ key: `sending:${one.key}`, sending: one });
    return blocks;
  }

  #make(block, old) {
    if (block.day) return el("p", { class: "day" }, el("span", {}, block.day));
    if (block.sending) return sendingBubble(block.sending);
    return bubble(block.parts, {
      as: this.as, first: block.first, old, group: this.chat.type !== "private",
      colorOf: (id) => (id === this.store.bot.id ? "var(--shop)" : this.store.person(id)?.color),
      isTapped: (message, data) => this.store.isTapped(this.chat.id, message.message_id, data),
    });
  }

  #scrolled() {
    this.#near = this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < NEAR;
    if (this.#near) {
      this.#missed = 0;
      this.seen();
    }
    this.#mark();
  }

  get atBottom() { return this.#near; }

  #mark() {
    this.jump.hidden = this.#near;
    this.badge.hidden = this.#missed === 0;
    this.badge.textContent = this.#missed || "";
  }
}

function same(a, b) {
  return a.first === b.first && a.day === b.day && a.sending === b.sending
    && (a.parts?.length ?? 0) === (b.parts?.length ?? 0) && (a.parts ?? []).every((part, i) => part === b.parts[i]);
}

function replace(old, node) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const { row, column } = focused?.dataset ?? {};
  old.replaceWith(node);
  if (row !== undefined) node.querySelector(`.key[data-row="${row}"][data-column="${column}"]`)?.focus({ preventScroll: true });
  else if (focused?.classList.contains("message-more")) node.querySelector(".message-more")?.focus({ preventScroll: true });
}
