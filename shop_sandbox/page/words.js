// The page's own words, in the first of the browser's languages that there are words in.

import { el } from "./dom.js";

const LANGUAGES = ["en", "de", "es", "pt", "fr", "ru", "ar"];

export const language = navigator.languages.map((tag) => tag.split("-")[0]).find((one) => LANGUAGES.includes(one)) ?? "en";
export const direction = language === "ar" ? "rtl" : "ltr";

const words = await (await fetch(`/page/words.${language}.json`)).json();

/** A text by its key, with what stands in {braces} filled in. */
export const t = (key, parts = {}) => words[key].replace(/\{(\w+)\}/gu, (_, name) => parts[name]);

/** The same as pieces for an element, in which *words between stars* stand out. */
export function marked(key, parts = {}, className = null) {
  return t(key, parts).split("*").map((piece, at) => (at % 2 ? el("b", { class: className, dir: "auto" }, piece) : piece));
}

/** Put words into what the page's own markup names by data-t and data-label. */
export function fillIn() {
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
  for (const node of document.querySelectorAll("[data-t]")) node.replaceChildren(...marked(node.dataset.t));
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
}
