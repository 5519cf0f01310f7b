// Making elements. Everything a person or a bot wrote goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. Keys of `props` that start with "on" are listeners, `data` is a map of data
 * attributes, `vars` a map of CSS custom properties (set through the CSSOM, which a strict
 * style-src allows), null and false leave an attribute out.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(node.dataset, value);
    else if (key === "vars") for (const [name, v] of Object.entries(value)) node.style.setProperty(name, v);
    else if (key === "class") node.className = value;
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
}

const PATHS = {
  send: "M4 12l16-8-5 16-3.500-6.500zM11.500 13.500L20 4",
  attach: "M19 11.500l-7.500 7.500a5 5 0 0 1-7-7L12.500 4a3.300 3.300 0 0 1 4.700 4.700l-8 8a1.600 1.600 0 0 1-2.300-2.300l7-7",
  slash: "M15 6L9 18M5 3.500h14a1.500 1.500 0 0 1 1.500 1.500v14a1.500 1.500 0 0 1-1.500 1.500H5A1.500 1.500 0 0 1 3.500 19V5A1.500 1.500 0 0 1 5 3.500z",
  close: "M6 6l12 12M18 6L6 18",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  reply: "M9 7l-5 5 5 5M4.500 12H14a6 6 0 0 1 6 6v1",
  edit: "M4 20l1-4.500L16 4.500l3.500 3.500-11 11zM14 6.500l3.500 3.500",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  file: "M6 3.500h8l4.500 4.500v12.500H6zM14 3.500V8h4.500",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 2.500-2.500L20 17M15.500 9h.01",
  down: "M12 5v13M6 12.500l6 6 6-6",
  plus: "M12 5v14M5 12h14",
  chats: "M4 5h16v11H10l-4 4v-4H4z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500a7.500 7.500 0 0 1 15 0",
  shop: "M4 9l1.500-5h13L20 9M4 9v11h16V9M4 9a2.700 2.700 0 0 0 5.300 0 2.700 2.700 0 0 0 5.400 0A2.700 2.700 0 0 0 20 9M10 20v-6h4v6",
  check: "M5 12.500l4.500 4.500L19 7",
  clock: "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 7.500V12l3 2",
  voice: "M12 14a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM5.500 11a6.500 6.500 0 0 0 13 0M12 17.500V21",
  smile: "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM8.500 14a4 4 0 0 0 7 0M9 9.500h.01M15 9.500h.01",
  out: "M9 5h10v10M19 5L6 18",
  inline: "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM16 12v1.500a2.500 2.500 0 0 0 5 0V12a9 9 0 1 0-3.500 7",
};

/** Draw one of the page's own line icons; it is decoration, so readers of screens skip it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Make a button that shows only an icon, named for those who cannot see it. */
export function iconButton(name, label, onclick, props = {}) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props }, icon(name));
}
