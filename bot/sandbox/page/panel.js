// The sandbox's own controls: people, groups, time, and faults to play.

import * as api from "./api.js";
import { el, iconButton } from "./dom.js";
import { languageOf, momentOf, nameOf } from "./format.js";
import { attempt, dialog, toast } from "./notices.js";

const LANGUAGES = ["en", "de", "es", "pt", "fr", "ru", "ar", "ja"];

// Patterns of the sandbox's names of calls: Telegram's sends and edits; all of Stripe's.
const PLAYS = [
  { label: "Telegram: too many requests", note: "429, wait 5 seconds", rule: { call: "[se]*", action: "error", status: 429, retry_after: 5 } },
  { label: "Telegram: no answer", note: "a time-out", rule: { call: "[se]*", action: "hang" } },
  { label: "Stripe: error 500", note: "its servers fail", rule: { call: "* /v1/*", action: "error", status: 500 } },
  { label: "Stripe: no answer", note: "a time-out", rule: { call: "* /v1/*", action: "hang" } },
  { label: "Stripe: line cut", note: "done, but the answer is lost", rule: { call: "* /v1/*", action: "cut", phase: "after" } },
];

const SPANS = [["45 min", 2_700], ["1 hour", 3_600], ["1 day", 86_400]];

/** Open the sandbox's menu for the chat that is open; `opened(chatId, personId)` shows another. */
export function openPanel(store, now, opened) {
  const box = dialog("Sandbox", "panel");
  const work = (what) => attempt(what, box);
  const faults = el("div", { class: "faults" });
  const clock = el("section", { hidden: true });
  const person = store.person(now.person);
  const mine = store.chat(now.person);
  const group = store.chats.find((chat) => chat.id === now.chat && chat.type === "group") ?? store.chats.find((chat) => chat.type === "group");

  async function drawFaults() {
    const rules = await work(api.faults);
    if (!rules) return;
    faults.replaceChildren(rules.length
      ? el("ul", { class: "fault-list" }, rules.map((rule) => el("li", {}, el("span", {}, faultWords(rule)), iconButton("close", `Lift: ${faultWords(rule)}`, () => lift(rule.id)))))
      : el("p", { class: "hint" }, "No fault is in force."));
  }
  async function drawClock(asked) {
    const read = await work(asked);
    if (!read?.moves) return;
    clock.hidden = false;
    clock.replaceChildren(el("h3", {}, "Let time pass"),
      el("p", { class: "hint" }, "Payment links run out, and what is due is done. In the sandbox it is ", el("b", { class: "clock" }, momentOf(read.now)), "."),
      el("div", { class: "spans" }, SPANS.map(([label, seconds]) => el("button", { type: "button", class: "button", onclick: () => drawClock(() => api.passTime(seconds)) }, label))));
  }
  const lift = (id) => work(async () => { await api.liftFaults(id); await drawFaults(); });
  const often = el("select", { "aria-label": "How often a fault is played" },
    el("option", { value: "1" }, "the next call"), el("option", { value: "3", selected: true }, "the next 3 calls"), el("option", { value: "" }, "until lifted"));
  const play = (rule) => work(async () => {
    await api.addFault({ ...rule, times: often.value ? Number(often.value) : null });
    await drawFaults();
  });

  box.append(
    el("header", { class: "panel-head" }, el("h2", {}, "Sandbox"), iconButton("close", "Close", () => box.close())),
    el("p", { class: "hint" }, "Two servers on this machine play Telegram and Stripe; the shop is the real one. Nothing here is real, and no money moves. Pay with the test card ", el("b", { class: "card-number" }, "4242 4242 4242 4242"), ", any future date, any CVC."),
    el("section", {}, el("h3", {}, nameOf(person)),
      field("Language", languageSelect(person.language_code, (code) => work(async () => {
        await api.changePerson(person.id, { language_code: code });
        toast(`${person.first_name} now uses Telegram in ${languageOf(code)}.`, box);
      }))),
      switchRow("Blocks the shop’s bot", mine?.blocked, (on) => work(() => api.block(person.id, on))),
      newPerson(work, box, (added) => opened(added, added))),
    group ? el("section", {}, el("h3", { dir: "auto" }, group.title),
      el("button", { type: "button", class: "button", onclick: () => work(async () => {
        const moved = await api.migrate(group.id);
        const id = moved.chat_id ?? moved.id;
        box.close();
        if (id && now.chat === group.id) opened(id, now.person);
      }) }, "Make it a supergroup"),
      el("p", { class: "hint" }, "Telegram gives it another id; the shop must follow."),
      switchRow("The shop is removed from it", group.blocked, (on) => work(() => api.block(group.id, on)))) : null,
    clock,
    el("section", {}, el("h3", {}, "Play a fault"), field("For", often),
      el("div", { class: "plays" }, PLAYS.map(({ label, note, rule }) => el("button", { type: "button", class: "button play", onclick: () => play(rule) }, el("b", {}, label), el("span", {}, note)))),
      faults,
      el("button", { type: "button", class: "button", onclick: () => lift() }, "Lift all faults")),
    el("div", { class: "toasts" }));
  drawFaults();
  drawClock(api.time);
  return box;
}

const field = (label, control) => el("label", { class: "field" }, el("span", {}, label), control);

function languageSelect(code, changed) {
  const all = LANGUAGES.includes(code) || !code ? LANGUAGES : [code, ...LANGUAGES];
  return el("select", { name: "language_code", onchange: (event) => changed?.(event.target.value) },
    all.map((one) => el("option", { value: one, selected: one === code }, `${languageOf(one)} (${one})`)));
}

function switchRow(label, on, changed) {
  return el("label", { class: "field" }, el("span", {}, label), el("input", { type: "checkbox", class: "switch", role: "switch", checked: Boolean(on), onchange: (event) => changed(event.target.checked) }));
}

function faultWords(rule) {
  const play = PLAYS.find((one) => one.rule.call === rule.call && one.rule.action === rule.action && (one.rule.status ?? 0) === (one.rule.action === "error" ? rule.status : 0));
  const left = rule.times === null || rule.times === undefined ? "until lifted" : `${Math.max(0, rule.times - (rule.fired ?? 0))} to come`;
  return `${play?.label ?? `${rule.call}: ${rule.action}`} · ${left}`;
}

function newPerson(work, box, done) {
  const name = el("input", { name: "first_name", required: true, maxlength: 64, autocomplete: "off", placeholder: "First name", "aria-label": "First name of the new person" });
  const form = el("form", { class: "new-person" }, name, languageSelect("en"), el("button", { class: "button button-main" }, "Add person"));
  form.elements.language_code.setAttribute("aria-label", "Language of the new person");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    work(async () => {
      const added = await api.addPerson({ first_name: name.value.trim(), language_code: form.elements.language_code.value });
      box.close();
      done((added.person ?? added).id);
    });
  });
  return form;
}

/** Ask for a new person alone. */
export function askPerson(opened) {
  const box = dialog("Add a person", "alert");
  box.append(el("h2", { class: "alert-title" }, "Add a person"), newPerson((what) => attempt(what, box), box, (id) => opened(id, id)),
    el("div", { class: "dialog-foot" }, el("button", { type: "button", class: "button", onclick: () => box.close() }, "Not now")), el("div", { class: "toasts" }));
}
