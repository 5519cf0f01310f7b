// The server's safe HTML as nodes. Only Telegram's own tags pass, so that a fault of the server
// could still not put a script or a form on the page.

import { el } from "./dom.js";
import { anchor } from "./links.js";
import { t } from "./words.js";

const SAME = new Set(["B", "STRONG", "I", "EM", "U", "INS", "S", "STRIKE", "DEL", "CODE", "PRE", "BR"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "TEMPLATE", "IFRAME", "OBJECT", "SVG", "MATH", "TITLE"]);
const LIVELY = /(?<![\w/@.])\/[a-z][a-z0-9_]{0,31}(?:@\w{4,32})?(?![\w/])|\bhttps?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/giu;

/** Turn markup into a fragment; commands and bare addresses in it become active. */
export function rich(markup) {
  const parsed = new DOMParser().parseFromString(markup, "text/html");
  const fragment = document.createDocumentFragment();
  copy(parsed.body, fragment, true);
  return fragment;
}

function copy(from, into, lively) {
  for (const node of from.childNodes) {
    if (endsBlock(node)) continue;
    if (node.nodeType === Node.TEXT_NODE) into.append(lively ? enliven(node.data) : node.data);
    else if (node.nodeType === Node.ELEMENT_NODE && !DROPPED.has(node.nodeName.toUpperCase())) {
      const copied = shell(node);
      if (copied) into.append(copied);
      copy(node, copied ?? into, lively && !["A", "CODE", "PRE"].includes(node.nodeName) && !node.dataset.command);
    }
  }
}

// A block ends its own line, so the line break that follows it in the text is not a second one.
const endsBlock = (node) => node.nodeName === "BR" && ["BLOCKQUOTE", "PRE"].includes(node.previousSibling?.nodeName);

function shell(node) {
  const name = node.nodeName;
  if (SAME.has(name)) return el(name.toLowerCase(), { class: codeClass(node) });
  if (node.dataset.command) return command(node.dataset.command, "");
  if (name === "A" && node.hasAttribute("href")) return el("a", anchor(node.getAttribute("href")));
  if (name === "BLOCKQUOTE") return node.classList.contains("expandable") ? el("blockquote", { class: "folded", tabindex: 0, role: "button", "aria-expanded": "false" }) : el("blockquote");
  if (node.classList.contains("tg-spoiler")) return el("span", { class: "spoiler", tabindex: 0, role: "button", "aria-label": t("hidden_text") });
  return null;
}

function codeClass(node) {
  const language = /^language-[\w+-]+$/u.exec(node.className ?? "");
  return language ? language[0] : null;
}

function enliven(text) {
  const fragment = document.createDocumentFragment();
  let end = 0;
  for (const found of text.matchAll(LIVELY)) {
    fragment.append(text.slice(end, found.index));
    const words = found[0];
    fragment.append(words.startsWith("/") ? command(words, words) : el("a", anchor(words), words));
    end = found.index + words.length;
  }
  fragment.append(text.slice(end));
  return fragment;
}

const command = (words, shown) => el("button", { type: "button", class: "command", data: { command: words } }, shown);
