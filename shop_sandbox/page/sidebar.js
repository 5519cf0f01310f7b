// People to be, and the chats of whoever one is.

import { avatar } from "./bubble.js";
import { el, icon } from "./dom.js";
import { nameOf, previewOf, timeOf } from "./format.js";
import { t } from "./words.js";

/** Draw the side: `now` is {chat, person}; `on.person(id)`, `on.chat(id)` and `on.add()` hear presses. */
export function drawSide(root, store, now, on) {
  const kept = root.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  root.replaceChildren(
    el("h2", { class: "side-title" }, t("you_are")),
    el("div", { class: "people", role: "group", "aria-label": t("who_you_are") },
      store.people.map((person) => tile(person, person.id === now.person, unreadOf(store, person), () => on.person(person.id))),
      el("button", { type: "button", class: "tile tile-add", data: { focus: "add" }, onclick: on.add }, el("span", { class: "avatar" }, icon("plus")), el("span", { class: "tile-name" }, t("add")))),
    el("h2", { class: "side-title" }, t("chats")),
    el("ul", { class: "chats" }, store.chatsOf(now.person).map((chat) => el("li", {}, row(chat, store, chat.id === now.chat, () => on.chat(chat.id))))),
  );
  if (kept) root.querySelector(`[data-focus="${kept}"]`)?.focus({ preventScroll: true });
}

const unreadOf = (store, person) => store.unread.get(person.id) ?? 0;

function tile(person, chosen, unread, onclick) {
  const language = (person.language_code ?? "").toUpperCase();
  return el("button", { type: "button", class: `tile${chosen ? " tile-chosen" : ""}`, "aria-pressed": String(chosen), data: { focus: `person${person.id}`, personId: person.id }, onclick,
    title: [nameOf(person), person.is_owner ? t("owner") : "", language].filter(Boolean).join(", ") },
  el("span", { class: "tile-face" }, avatar(nameOf(person), person.color), unread && !chosen ? badge(unread) : null),
  el("span", { class: "tile-name", dir: "auto" }, person.first_name),
  el("span", { class: "tile-note" }, person.is_owner ? t("owner") : language || "–"));
}

function row(chat, store, chosen, onclick) {
  const group = chat.type !== "private";
  const title = group ? chat.title : nameOf(store.bot);
  const unread = store.unread.get(chat.id) ?? 0;
  const line = chat.blocked ? t("blocked") : store.isTyping(chat.id) ? `${t("typing")}…` : previewOf(chat.last) || t("no_messages");
  return el("button", { type: "button", class: `chat-row${chosen ? " chat-row-chosen" : ""}`, "aria-current": chosen ? "true" : null, data: { focus: `chat${chat.id}`, chatId: chat.id }, onclick },
    avatar(title, group ? null : "var(--shop)"),
    el("span", { class: "chat-row-text" },
      el("span", { class: "chat-row-title" }, el("bdi", {}, title)),
      el("span", { class: "chat-row-line" }, el("bdi", {}, line))),
    el("span", { class: "chat-row-end" }, el("span", { class: "chat-row-time" }, chat.last ? timeOf(chat.last.date) : ""), unread ? badge(unread) : null));
}

const badge = (count) => el("span", { class: "badge", "aria-label": t("unread", { n: count }) }, count > 99 ? "99+" : count);

/** The tabs of a narrow window: chats, the conversation, the owner's chat. */
export function drawTabs(root, store, now, tab, on) {
  const person = store.person(now.person);
  const owner = store.owner();
  const chat = store.chat(now.chat);
  const all = [
    { id: "side", label: t("chats"), sign: "chats", unread: chatsUnread(store, now) },
    { id: "active", label: chat?.type === "private" ? (person?.first_name ?? t("chat")) : (chat?.title ?? t("chat")), sign: "person", unread: 0 },
    { id: "owner", label: t("owner"), sign: "shop", unread: owner ? unreadOf(store, owner) : 0, hidden: owner?.id === now.chat },
  ];
  root.replaceChildren(...all.map((one) => el("button", { type: "button", class: "tab", hidden: one.hidden, "aria-pressed": String(one.id === tab), data: { tab: one.id }, onclick: () => on.tab(one.id) },
    el("span", { class: "tab-face" }, icon(one.sign), one.unread ? badge(one.unread) : null), el("span", { class: "tab-label", dir: "auto" }, one.label))));
}

function chatsUnread(store, now) {
  const owner = store.owner()?.id;
  return store.chats.filter((chat) => chat.id !== now.chat && chat.id !== owner).reduce((sum, chat) => sum + (store.unread.get(chat.id) ?? 0), 0);
}
