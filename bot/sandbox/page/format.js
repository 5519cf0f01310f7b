// How times, sizes, names and short previews are written.

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
  if (at >= midnight && at < midnight + DAY) return "Today";
  if (at >= midnight - DAY && at < midnight) return "Yesterday";
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
export const nameOf = (who) => (who ? [who.first_name, who.last_name].filter(Boolean).join(" ") : "Somebody");

/** At most two letters that stand for a name, emoji and other scripts included. */
export function initialsOf(name) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = (word) => (word ? Array.from(word)[0] : "");
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : "")).toLocaleUpperCase() || "?";
}

/** The name of a language in English, "" when there is none. */
export function languageOf(code) {
  if (!code) return "";
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(code) ?? code;
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
  return words && kind !== "Message" ? `${kind} · ${words}` : words || kind;
}

function kindOf(message) {
  if (message.photo) return "Photo";
  if (message.document) return message.document.file_name ?? "File";
  if (message.sticker) return `Sticker ${message.sticker.emoji ?? ""}`.trim();
  if (message.voice) return "Voice message";
  if (message.video) return "Video";
  if (message.animation) return "Animation";
  if (message.location) return "Place";
  if (message.contact) return "Contact";
  return serviceOf(message) ?? "Message";
}

/** The sentence of a service message; null for any other message. */
export function serviceOf(message) {
  const who = nameOf(message.from);
  if (message.new_chat_members) return `${who} added ${message.new_chat_members.map(nameOf).join(", ")}`;
  if (message.left_chat_member) return `${nameOf(message.left_chat_member)} left`;
  if (message.group_chat_created || message.supergroup_chat_created) return `${who} made the group`;
  if (message.migrate_to_chat_id) return "The group became a supergroup";
  if (message.migrate_from_chat_id) return "This supergroup was a group before";
  if (message.new_chat_title) return `${who} named the group “${message.new_chat_title}”`;
  if (message.pinned_message) return `${who} pinned “${previewOf(message.pinned_message)}”`;
  return null;
}
