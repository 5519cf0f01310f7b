// How times, sizes, names and short previews are written.

import { language, t } from "./words.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const DAY = 86_400_000;

/** Hours and minutes of a Unix time in seconds. */
export const timeOf = (seconds) => clock.format(seconds * 1000);

/** The whole date and time, for a tooltip. */
export const momentOf = (seconds) => full.format(seconds * 1000);

/** "Today", "Yesterday" or the day's name, for the line between days. */
export function dayOf(seconds) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const at = seconds * 1000;
  if (at >= midnight && at < midnight + DAY) return t("today");
  if (at >= midnight - DAY && at < midnight) return t("yesterday");
  return day.format(at);
}

/** Bytes as people read them. */
export function sizeOf(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** First and last name of a person or bot. */
export const nameOf = (who) => (who ? [who.first_name, who.last_name].filter(Boolean).join(" ") : t("somebody"));

/** At most two letters that stand for a name, emoji and other scripts included. */
export function initialsOf(name) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = (word) => (word ? Array.from(word)[0] : "");
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : "")).toLocaleUpperCase() || "?";
}

/** The name of a language in the page's own, "" when there is none. */
export function languageOf(code) {
  if (!code) return "";
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** One line that stands for a message in the chat list or in a reply. */
export function previewOf(message) {
  if (!message) return "";
  const words = (message.text ?? message.caption ?? "").replace(/\s+/gu, " ").trim();
  if (message.text !== undefined) return words;
  const kind = kindOf(message);
  return words && kind !== t("message") ? `${kind} · ${words}` : words || kind;
}

function kindOf(message) {
  if (message.photo) return t("photo");
  if (message.document) return message.document.file_name ?? t("file");
  if (message.sticker) return `${t("sticker")} ${message.sticker.emoji ?? ""}`.trim();
  if (message.voice) return t("voice");
  if (message.video) return t("video");
  if (message.animation) return t("animation");
  if (message.location) return t("place");
  if (message.contact) return t("contact");
  return serviceOf(message) ?? t("message");
}

/** The sentence of a service message; null for any other message. */
export function serviceOf(message) {
  const who = nameOf(message.from);
  if (message.new_chat_members) return t("added", { who, whom: message.new_chat_members.map(nameOf).join(", ") });
  if (message.left_chat_member) return t("left", { who: nameOf(message.left_chat_member) });
  if (message.group_chat_created || message.supergroup_chat_created) return t("made_group", { who });
  if (message.migrate_to_chat_id) return t("became_super");
  if (message.migrate_from_chat_id) return t("was_group");
  if (message.new_chat_title) return t("named_group", { who, title: message.new_chat_title });
  if (message.pinned_message) return t("pinned", { who, words: previewOf(message.pinned_message) });
  return null;
}
