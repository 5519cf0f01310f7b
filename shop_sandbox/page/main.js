// Puts the page together: who is looking at which chat, where links lead, what the stream brings.

import * as api from "./api.js";
import { listen } from "./live.js";
import { readHash, writeHash } from "./links.js";
import { alertBox, attempt, toast } from "./notices.js";
import { Pane } from "./pane.js";
import { askPerson, openPanel } from "./panel.js";
import { drawSide, drawTabs } from "./sidebar.js";
import { Store } from "./store.js";
import { fillIn, t } from "./words.js";

const REMEMBERED = "sandbox.open"; // so that a tab that comes from the pay page knows who paid
const at = (id) => document.getElementById(id);

fillIn();
const store = new Store();
const now = { chat: null, person: null };
let tab = "active";
let drawing = 0;
const unconfirmed = new Set(); // chats whose newest messages were seen as they came

const hears = { follow, seen, as: (person) => open(now.chat, person) };
const active = new Pane(at("active"), store, hears);
const owner = new Pane(at("owner"), store, hears);
const panes = [active, owner];

/** Open a chat with a person's eyes, in the middle. */
function open(chatId, personId, { focus = false } = {}) {
  if (!store.chat(chatId) || !store.person(personId)) return;
  now.chat = chatId;
  now.person = personId;
  writeHash(chatId, personId);
  remember();
  if (store.viewer !== personId) attempt(() => store.readState(personId));
  const { id } = store.owner() ?? {};
  document.body.classList.toggle("solo", !id || id === chatId);
  active.show(chatId, personId);
  if (id && id !== chatId) owner.show(id, id);
  if (focus) turn("active");
  draw();
}

/** What stands on the screen is read, here and for the server's own count. */
function seen(chat) {
  if (!store.unread.get(chat) && !unconfirmed.delete(chat)) return;
  unconfirmed.delete(chat);
  store.count(chat, 0);
  api.read(chat, now.person).catch(() => {}); // a count that stays too high for a while does no harm
}

function remember() {
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify({ chat: now.chat, as: now.person }));
  } catch {
    // A browser that keeps nothing forgets who was open; nothing else depends on it.
  }
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED)) ?? {};
  } catch {
    return {};
  }
}

function turn(to) {
  tab = to;
  document.body.dataset.tab = to;
  for (const pane of panes) if (pane.thread.atBottom) pane.thread.toBottom();
  draw();
}

function draw() {
  drawing ||= requestAnimationFrame(() => {
    drawing = 0;
    const on = {
      person: (id) => open(id, id, { focus: true }),
      chat: (id) => open(id, now.person, { focus: true }),
      add: () => askPerson(openSoon),
      tab: turn,
    };
    drawSide(at("side"), store, now, on);
    drawTabs(at("tabs"), store, now, tab, on);
    document.title = store.bot.first_name ? `${store.bot.first_name} · ${t("sandbox")}` : t("sandbox");
  });
}

async function openSoon(chatId, personId) {
  await attempt(() => store.readState());
  open(chatId, personId, { focus: true });
}

/** Go where a link leads, as the person whose pane it was pressed in. */
async function follow(link, pane) {
  if (!link) return toast(t("no_follow"), pane.root);
  if (link.kind === "share") {
    toast(t("choose_chat"), pane.root);
    return pane.composer.insert(link.text);
  }
  if (link.kind !== "bot") return window.open(link.url, "_blank", "noopener");
  if (link.username.toLowerCase() !== store.bot.username.toLowerCase()) return toast(t("no_bot", { name: link.username }), pane.root);
  const { person } = pane;
  if (link.startgroup !== null && link.startgroup !== undefined) return startInGroup(link, person, pane);
  if (pane.chat.id !== person.id) open(person.id, person.id, { focus: true });
  if (link.start !== null && link.start !== undefined) await attempt(() => api.start(person.id, link.start), pane.root);
  return undefined;
}

async function startInGroup(link, person, pane) {
  const group = store.chatsOf(person.id).find((chat) => chat.type !== "private");
  if (!group) return toast(t("no_group", { who: person.first_name }), pane.root);
  open(group.id, person.id, { focus: true });
  await active.send(`/start@${store.bot.username}${link.startgroup ? ` ${link.startgroup}` : ""}`);
  return undefined;
}

/** Show what the address asks for; a start payload is sent once and then taken from it. */
async function arrive() {
  const asked = readHash();
  const before = remembered();
  const known = (chat, as) => store.chat(chat) && store.person(as) && store.chat(chat).members.includes(as);
  const first = store.people.find((one) => !one.is_owner) ?? store.people[0];
  let [chat, as] = [asked, before, { chat: now.chat, as: now.person }].map((one) => [one.chat, one.as]).find(([c, a]) => known(c, a)) ?? [first?.id, first?.id];
  if (asked.start !== null) chat = as;
  open(chat, as, { focus: asked.start !== null });
  if (asked.start !== null) await attempt(() => api.start(as, asked.start));
  if (asked.share !== null) active.composer.insert(asked.share);
}

function came(event) {
  store.put(event);
  const { chat_id: chat, message } = event;
  if (message.migrate_to_chat_id) moved(chat, message.migrate_to_chat_id);
  const shown = panes.some((pane) => pane.chat?.id === chat && pane.isSeen());
  const own = message.from?.id === now.person && chat === now.chat;
  if (shown) unconfirmed.add(chat);
  else if (!own && !message.receiver_user && (!message.outgoing || chat < 0)) store.count(chat, 1);
  if (!store.chat(chat)) attempt(() => store.readState());
  draw();
}

async function moved(from, to) {
  await attempt(() => store.readState());
  if (now.chat === from) open(to, now.person);
}

function answered(event) {
  store.answered(event);
  const pane = panes.find((one) => one.person?.id === event.user_id && one.chat?.id === event.chat_id) ?? panes.find((one) => one.person?.id === event.user_id);
  if (!pane) return;
  if (event.url) follow({ kind: "bot", username: store.bot.username, start: new URL(event.url, location.origin).searchParams.get("start") }, pane);
  if (!event.text) return;
  if (event.show_alert) alertBox(event.text);
  else toast(event.text, pane.root);
}

async function fresh(anew) {
  if (anew) store.forget();
  store.unread.clear();
  await attempt(() => store.readState());
  if (!store.people.length) return;
  await arrive();
  for (const pane of panes) pane.reload();
}

store.addEventListener("state", draw);
store.addEventListener("typing", draw);
at("menu-button").addEventListener("click", () => { if (now.person) openPanel(store, now, openSoon); });
addEventListener("hashchange", () => { if (store.people.length) arrive(); });
addEventListener("focus", () => { if (now.chat) remember(); });
addEventListener("pointerdown", () => { if (now.chat) remember(); }, { capture: true });

let restless = 0;
listen({
  message: came,
  edit: (event) => { store.put(event); draw(); },
  delete: (event) => { store.drop(event); draw(); },
  toast: answered,
  typing: (event) => store.typing(event),
  state: () => attempt(() => store.readState()),
  fresh,
  line: (up) => {
    clearTimeout(restless);
    if (up) at("line").textContent = "";
    else restless = setTimeout(() => { at("line").textContent = t("reconnecting"); }, 400);
  },
});
