// The sandbox's own controls: people, groups, time, and faults to play.

import * as api from "./api.js";
import { el, iconButton } from "./dom.js";
import { languageOf, momentOf, nameOf } from "./format.js";
import { anchor } from "./links.js";
import { attempt, dialog, toast } from "./notices.js";
import { marked, t } from "./words.js";

const LANGUAGES = ["en", "de", "es", "pt", "fr", "ru", "ar", "ja"];

// Patterns of the sandbox's names of calls: Telegram's sends and edits; all of Stripe's.
const PLAYS = [
  { name: "telegram_429", rule: { call: "[se]*", action: "error", status: 429, retry_after: 5 } },
  { name: "telegram_hangs", rule: { call: "[se]*", action: "hang" } },
  { name: "stripe_500", rule: { call: "* /v1/*", action: "error", status: 500 } },
  { name: "stripe_hangs", rule: { call: "* /v1/*", action: "hang" } },
  { name: "stripe_cut", rule: { call: "* /v1/*", action: "cut", phase: "after" } },
];

const SPANS = [["span_45_minutes", 2_700], ["span_hour", 3_600], ["span_day", 86_400]];

/** Open the sandbox's menu for the chat that is open; `opened(chatId, personId)` shows another. */
export function openPanel(store, now, opened) {
  const box = dialog(t("sandbox"), "panel");
  const work = (what) => attempt(what, box);
  const faults = el("div", { class: "faults" });
  const clock = el("section", { hidden: true });
  const debits = el("section", { hidden: true });
  const person = store.person(now.person);
  const mine = store.chat(now.person);
  const group = store.chats.find((chat) => chat.id === now.chat && chat.type === "group") ?? store.chats.find((chat) => chat.type === "group");

  async function drawFaults() {
    const rules = await work(api.faults);
    if (!rules) return;
    faults.replaceChildren(rules.length
      ? el("ul", { class: "fault-list" }, rules.map((rule) => el("li", {}, el("span", {}, faultWords(rule)), iconButton("close", t("lift", { fault: faultWords(rule) }), () => lift(rule.id)))))
      : el("p", { class: "hint" }, t("no_fault")));
  }
  async function drawClock(asked) {
    const read = await work(asked);
    if (!read?.moves) return;
    clock.hidden = false;
    clock.replaceChildren(el("h3", {}, t("let_time")),
      el("p", { class: "hint" }, marked("time_hint", { moment: momentOf(read.now) }, "clock")),
      el("div", { class: "spans" }, SPANS.map(([span, seconds]) => el("button", { type: "button", class: "button", onclick: () => drawClock(() => api.passTime(seconds)) }, t(span)))));
  }
  async function drawDebits() {
    const { waiting = [] } = (await work(api.debits)) ?? {};
    debits.hidden = !waiting.length;
    debits.replaceChildren(el("h3", {}, t("decide")), el("p", { class: "hint" }, t("debits_wait")),
      ...waiting.map(({ address, amount, name }) => el("a", { class: "button", ...anchor(address), onclick: () => box.close() }, el("bdi", {}, amount), " · ", el("bdi", {}, name))));
  }
  const lift = (id) => work(async () => { await api.liftFaults(id); await drawFaults(); });
  const often = el("select", { "aria-label": t("often") },
    el("option", { value: "1" }, t("next_call")), el("option", { value: "3", selected: true }, t("next_calls")), el("option", { value: "" }, t("until_lifted")));
  const play = (rule) => work(async () => {
    await api.addFault({ ...rule, times: often.value ? Number(often.value) : null });
    await drawFaults();
  });

  box.append(
    el("header", { class: "panel-head" }, el("h2", {}, t("sandbox")), iconButton("close", t("close"), () => box.close())),
    el("p", { class: "hint" }, marked("about", {}, "card-number")),
    el("section", {}, el("h3", {}, nameOf(person)),
      field(t("language"), languageSelect(person.language_code, (code) => work(async () => {
        await api.changePerson(person.id, { language_code: code });
        toast(t("uses_language", { who: person.first_name, language: languageOf(code) }), box);
      }))),
      switchRow(t("blocks"), mine?.blocked, (on) => work(() => api.block(person.id, on))),
      newPerson(work, box, (added) => opened(added, added))),
    group ? el("section", {}, el("h3", { dir: "auto" }, group.title),
      el("button", { type: "button", class: "button", onclick: () => work(async () => {
        const moved = await api.migrate(group.id);
        const id = moved.chat_id ?? moved.id;
        box.close();
        if (id && now.chat === group.id) opened(id, now.person);
      }) }, t("make_super")),
      el("p", { class: "hint" }, t("super_hint")),
      switchRow(t("removed"), group.blocked, (on) => work(() => api.block(group.id, on)))) : null,
    debits,
    clock,
    el("section", {}, el("h3", {}, t("play")), field(t("for"), often),
      el("div", { class: "plays" }, PLAYS.map(({ name, rule }) => el("button", { type: "button", class: "button play", onclick: () => play(rule) }, el("b", {}, t(`play_${name}`)), el("span", {}, t(`note_${name}`))))),
      faults,
      el("button", { type: "button", class: "button", onclick: () => lift() }, t("lift_all"))),
    el("div", { class: "toasts" }));
  drawFaults();
  drawClock(api.time);
  drawDebits();
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
  const left = rule.times === null || rule.times === undefined ? t("until_lifted") : t("to_come", { n: Math.max(0, rule.times - (rule.fired ?? 0)) });
  return `${play ? t(`play_${play.name}`) : `${rule.call}: ${rule.action}`} · ${left}`;
}

function newPerson(work, box, done) {
  const name = el("input", { name: "first_name", required: true, maxlength: 64, autocomplete: "off", placeholder: t("first_name"), "aria-label": t("first_name_new") });
  const form = el("form", { class: "new-person" }, name, languageSelect("en"), el("button", { class: "button button-main" }, t("add_person")));
  form.elements.language_code.setAttribute("aria-label", t("language_new"));
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
  const box = dialog(t("add_a_person"), "alert");
  box.append(el("h2", { class: "alert-title" }, t("add_a_person")), newPerson((what) => attempt(what, box), box, (id) => opened(id, id)),
    el("div", { class: "dialog-foot" }, el("button", { type: "button", class: "button", onclick: () => box.close() }, t("not_now"))), el("div", { class: "toasts" }));
}
