// Inline keyboards: rows of buttons below a message.

import { el, icon } from "./dom.js";
import { anchor } from "./links.js";
import { t } from "./words.js";

const STYLES = new Set(["primary", "success", "danger"]);

/** Draw a message's inline keyboard, or nothing. `isTapped(data)` says which buttons wait. */
export function keyboard(message, isTapped) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return el("div", { class: "keys", role: "group", "aria-label": t("buttons") },
    rows.map((row, r) => el("div", { class: "keys-row" }, row.map((button, c) => key(button, r, c, isTapped)))));
}

function key(button, r, c, isTapped) {
  const style = STYLES.has(button.style) ? ` key-${button.style}` : "";
  const words = el("span", { class: "key-words", dir: "auto" }, button.text);
  const data = { row: r, column: c };
  if (button.url) {
    const link = anchor(button.url);
    return el("a", { class: `key${style}`, ...link, data: { ...data, ...link.data } }, words, link.target ? icon("out") : null);
  }
  const sign = button.copy_text ? icon("copy") : switches(button) ? icon("inline") : null;
  const node = el("button", { type: "button", class: `key${style}`, data }, words, sign);
  if (button.callback_data !== undefined) markKey(node, isTapped(button.callback_data));
  return node;
}

/** Show or hide that a button waits for the bot's answer. */
export function markKey(node, waits) {
  node.classList.toggle("key-waits", waits);
  if (waits) node.setAttribute("aria-busy", "true");
  else node.removeAttribute("aria-busy");
}

/** The button of a message that a drawn key stands for. */
export function buttonOf(message, node) {
  return message?.reply_markup?.inline_keyboard?.[Number(node.dataset.row)]?.[Number(node.dataset.column)];
}

/** What a button puts into the composer as an inline query; undefined when it does not. */
export function switches(button) {
  const asked = button.switch_inline_query_current_chat ?? button.switch_inline_query ?? button.switch_inline_query_chosen_chat;
  return typeof asked === "object" && asked !== null ? (asked.query ?? "") : asked;
}
