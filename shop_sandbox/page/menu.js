// A small menu beside the button that opens it, worked by pointer or arrow keys.

import { el, icon } from "./dom.js";

let open = null;

/** Show `items` ({label, icon, run, danger?}) beside `anchor`; the focus returns there after. */
export function showMenu(anchor, items) {
  open?.();
  const list = el("div", { class: "menu", role: "menu" }, items.map((item) =>
    el("button", { type: "button", role: "menuitem", class: item.danger ? "menu-danger" : null, onclick: () => { close(); item.run(); } },
      item.icon ? icon(item.icon) : null, el("span", {}, item.label))));
  const layer = el("div", { class: "menu-layer", onclick: (event) => { if (event.target === layer) close(); }, oncontextmenu: (event) => event.preventDefault() }, list);

  function close() {
    if (!open) return;
    open = null;
    layer.remove();
    anchor.setAttribute("aria-expanded", "false");
    anchor.focus({ preventScroll: true });
  }

  layer.addEventListener("keydown", (event) => {
    const all = [...list.children];
    const at = all.indexOf(document.activeElement);
    if (event.key === "Escape" || event.key === "Tab") close();
    else if (event.key === "ArrowDown") all[(at + 1) % all.length].focus();
    else if (event.key === "ArrowUp") all[(at - 1 + all.length) % all.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.body.append(layer);
  place(list, anchor.getBoundingClientRect());
  anchor.setAttribute("aria-expanded", "true");
  open = close;
  list.firstElementChild.focus({ preventScroll: true });
}

function place(list, at) {
  const { width, height } = list.getBoundingClientRect();
  const below = at.bottom + 6;
  const top = below + height < innerHeight - 8 ? below : Math.max(8, at.top - height - 6);
  const left = Math.min(Math.max(8, at.left), innerWidth - width - 8);
  list.style.setProperty("top", `${top}px`);
  list.style.setProperty("left", `${left}px`);
}
