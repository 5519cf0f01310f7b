// One message, or one album, as an element. Pure drawing: presses are heard by the pane.

import { el, icon, iconButton } from "./dom.js";
import { initialsOf, momentOf, nameOf, previewOf, serviceOf, sizeOf, timeOf } from "./format.js";
import { keyboard } from "./keyboard.js";
import { rich } from "./rich.js";
import { t } from "./words.js";

/** A round picture with initials, in the person's own colour. */
export function avatar(name, color, className = "") {
  return el("span", { class: `avatar ${className}`, "aria-hidden": "true", vars: color ? { "--person": color } : {} }, initialsOf(name));
}

/**
 * Draw a message or an album (several messages with one media_group_id).
 *
 * `view` says how it is seen: {as, group, first, colorOf(id), isTapped(message, data), old}, where
 * `old` is the element it replaces, whose pictures are kept so that an edit does not flicker.
 */
export function bubble(parts, view) {
  const [message] = parts;
  const service = serviceOf(message);
  if (service) return el("p", { class: "service", data: { messageId: message.message_id } }, el("span", { dir: "auto" }, service));
  const mine = message.from?.id === view.as;
  const captioned = parts.find((part) => part.caption !== undefined) ?? message;
  const bare = captioned.text === undefined && captioned.caption === undefined;
  const content = el("div", { class: "bubble" },
    view.group && !mine && view.first ? el("p", { class: "sender", vars: { "--person": view.colorOf(message.from?.id) } }, nameOf(message.from)) : null,
    message.via_bot ? el("p", { class: "via" }, `via @${message.via_bot.username}`) : null,
    message.reply_to_message ? quoted(message.reply_to_message) : null,
    pictures(parts, view.old),
    message.link_preview_options?.show_above_text ? preview(message) : null,
    attachment(message),
    words(captioned),
    message.link_preview_options?.show_above_text ? null : preview(message),
    el("p", { class: "stamp" }, stampWords(parts), el("time", { title: momentOf(message.date), datetime: new Date(message.date * 1000).toISOString() }, timeOf(message.date))));
  const classes = ["message", mine ? "mine" : "theirs"];
  if (view.first) classes.push("first");
  if (message.photo && bare) classes.push("picture-only");
  if (message.sticker) classes.push("sticker-only");
  return el("article", { class: classes.join(" "), "aria-label": `${mine ? t("you") : nameOf(message.from)}: ${previewOf(captioned)}`, data: { messageId: message.message_id } },
    view.group && !mine ? (view.first ? avatar(nameOf(message.from), view.colorOf(message.from?.id), "avatar-small") : el("span", { class: "avatar-gap" })) : null,
    el("div", { class: "stack" }, content, keyboard(message, (data) => view.isTapped(message, data))),
    iconButton("more", t("what_to_do"), null, { class: "icon-button message-more", "aria-haspopup": "menu" }));
}

/** Draw what has been sent but is not confirmed yet. */
export function sendingBubble(one) {
  return el("article", { class: "message mine first sending", "aria-label": t("sending", { words: one.text }) },
    el("div", { class: "stack" }, el("div", { class: "bubble" },
      el("div", { class: "words", dir: "auto" }, one.text),
      el("p", { class: "stamp" }, icon("clock")))));
}

function stampWords(parts) {
  // Messengers mark what a person edited; a bot's edits in place are how its screens work.
  const edited = parts.some((part) => part.edit_date && part.outgoing);
  if (parts[0].receiver_user) return el("span", { class: "edited" }, t("only_you"));
  return edited ? el("span", { class: "edited" }, t("edited")) : null;
}

function words(message) {
  const said = message.html ?? "";
  if (message.text === undefined && message.caption === undefined) return null;
  const node = el("div", { class: "words", dir: "auto" });
  if (said) node.append(rich(said));
  else node.append(message.text ?? message.caption);
  return node;
}

function quoted(message) {
  return el("button", { type: "button", class: "quoted", data: { goto: message.message_id }, "aria-label": t("reply_to", { words: previewOf(message) }) },
    el("span", { class: "quoted-who" }, nameOf(message.from)),
    el("span", { class: "quoted-words", dir: "auto" }, previewOf(message)));
}

const urlOf = (file) => file.url ?? `/demo/files/${encodeURIComponent(file.file_id)}`;

function pictures(parts, old) {
  const shown = parts.filter((part) => part.photo?.length);
  if (!shown.length) return null;
  return el("div", { class: `pictures pictures-${Math.min(shown.length, 4)}` }, shown.map((part) => {
    const size = part.photo.reduce((best, one) => ((one.width ?? 0) >= (best.width ?? 0) ? one : best));
    const url = urlOf(size);
    const kept = [...(old?.querySelectorAll("img") ?? [])].find((img) => img.getAttribute("src") === url);
    const label = part.caption ?? "";
    const image = kept ?? el("img", { src: url, alt: label, width: size.width || 640, height: size.height || 480, decoding: "async" });
    return el("button", { type: "button", class: "picture", data: { look: url }, "aria-label": label ? t("look_at", { words: label.slice(0, 80) }) : t("look") }, image);
  }));
}

// A link's preview shows its picture, and only from this machine: the page loads nothing from elsewhere.
function preview(message) {
  const { url, is_disabled: off } = message.link_preview_options ?? {};
  if (!url || off || !/^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?\/.+\.(jpe?g|png|webp)$/iu.test(url)) return null;
  return el("div", { class: "pictures pictures-1" }, el("button", { type: "button", class: "picture", data: { look: url }, "aria-label": t("look") },
    el("img", { src: url, alt: "", width: 640, height: 480, decoding: "async" })));
}

function attachment(message) {
  if (message.sticker) return sticker(message.sticker);
  const file = message.document ?? message.video ?? message.animation ?? message.audio ?? message.voice;
  if (file) {
    const name = file.file_name ?? t(message.voice ? "voice" : message.video ? "video" : "file");
    const length = file.duration ? `${Math.floor(file.duration / 60)}:${String(file.duration % 60).padStart(2, "0")}` : "";
    return el("a", { class: "document", href: urlOf(file), download: file.file_name ?? "", "aria-label": t("download_named", { name }) },
      el("span", { class: "document-sign" }, icon(message.voice ? "voice" : "file")),
      el("span", { class: "document-text" }, el("span", { class: "document-name", dir: "auto" }, name),
        el("span", { class: "document-size" }, [length, sizeOf(file.file_size), t("download")].filter(Boolean).join(" · "))));
  }
  if (message.location) return el("p", { class: "words" }, `${t("place")}: ${message.location.latitude}, ${message.location.longitude}`);
  if (message.contact) return el("p", { class: "words" }, `${nameOf(message.contact)} · ${message.contact.phone_number}`);
  if (message.text === undefined && message.caption === undefined && !message.photo) return el("p", { class: "words quiet" }, t("unknown_kind"));
  return null;
}

function sticker(it) {
  return el("img", { class: "sticker", src: urlOf(it), alt: `${t("sticker")} ${it.emoji ?? ""}`.trim(), width: it.width ?? 512, height: it.height ?? 512 });
}
