// Short words over the page: toasts, alerts to confirm, pictures to look at.

import { el, iconButton } from "./dom.js";
import { t } from "./words.js";

const SHOWN_FOR = 3_600;

/** Show a sentence for a few seconds over a pane (or over the page). */
export function toast(words, pane = document.getElementById("toasts")) {
  const box = pane.querySelector?.(".toasts") ?? pane;
  const node = el("p", { class: "toast", dir: "auto" }, words);
  box.append(node);
  while (box.childElementCount > 3) box.firstElementChild.remove();
  setTimeout(() => node.classList.add("toast-leaves"), SHOWN_FOR);
  setTimeout(() => node.remove(), SHOWN_FOR + 300);
}

/** Run what a press does and say what went wrong, if it did. */
export async function attempt(work, pane) {
  try {
    return await work();
  } catch (error) {
    toast(error.message, pane);
    return undefined;
  }
}

/** Open a dialog over the page; it goes away for good when it closes. */
export function dialog(label, className, ...children) {
  const node = el("dialog", { class: `dialog ${className}`, "aria-label": label }, ...children);
  node.addEventListener("close", () => node.remove());
  node.addEventListener("click", (event) => {
    if (event.target === node) node.close();
  });
  document.body.append(node);
  node.showModal();
  return node;
}

/** The bot's alert: stays until it is confirmed. */
export function alertBox(words) {
  const box = dialog(t("shop_says"), "alert",
    el("p", { class: "alert-words", dir: "auto" }, words),
    el("div", { class: "dialog-foot" }, el("button", { type: "button", class: "button button-main", autofocus: true, onclick: () => box.close() }, t("ok"))));
}

/** A picture as large as the window allows. */
export function lightbox(url, words) {
  const box = dialog(t("picture"), "lightbox",
    el("img", { src: url, alt: words || t("picture") }),
    iconButton("close", t("close_picture"), () => box.close(), { autofocus: true }));
}
