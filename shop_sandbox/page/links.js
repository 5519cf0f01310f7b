// Where a link leads: into a chat of this page, to the sandbox's checkout, or out.

const NAME = "checkout"; // one tab for every payment, so that tabs do not pile up

/**
 * Read a link as a messenger would.
 *
 * Returns one of {kind: "bot", username, start?, startgroup?}, {kind: "share", text},
 * {kind: "house", url} for the sandbox's own pages, {kind: "out", url}, or null for what must
 * not be followed (javascript: and the like).
 */
export function readLink(href) {
  let url;
  try {
    url = new URL(href, location.origin);
  } catch {
    return null;
  }
  if (url.protocol === "tg:") return readBot(url.searchParams.get("domain"), url.searchParams);
  if (url.protocol !== "http:" && url.protocol !== "https:") return ["mailto:", "tel:"].includes(url.protocol) ? { kind: "out", url: url.href } : null;
  const path = shortPath(url);
  if (path?.startsWith("share/url")) {
    const parts = [url.searchParams.get("url"), url.searchParams.get("text")];
    return { kind: "share", text: parts.filter(Boolean).join("\n") };
  }
  if (path && /^\w{4,32}$/u.test(path)) return readBot(path, url.searchParams);
  if (url.origin === location.origin) return { kind: "house", url: url.href };
  const payment = url.hostname === "dashboard.stripe.com" && /\/payments\/(\w+)$/u.exec(url.pathname);
  if (payment) return { kind: "house", url: `${location.origin}/dashboard/payments/${payment[1]}` };
  return { kind: "out", url: url.href };
}

function shortPath(url) {
  if (["t.me", "telegram.me"].includes(url.hostname)) return url.pathname.slice(1);
  if (url.origin === location.origin && url.pathname.startsWith("/t.me/")) return url.pathname.slice(6);
  return null;
}

function readBot(username, parameters) {
  if (!username) return null;
  return { kind: "bot", username, start: parameters.get("start"), startgroup: parameters.get("startgroup") };
}

/** Attributes of an anchor for a link; {} when it must not be followed. */
export function anchor(href) {
  const link = readLink(href);
  if (!link) return {};
  if (link.kind === "bot" || link.kind === "share") return { href, data: { inside: href } };
  if (link.kind === "house") return { href: link.url, target: NAME, rel: "opener" };
  return { href: link.url, target: "_blank", rel: "noopener noreferrer" };
}

/** The chat, person and start payload that the address names. */
export function readHash() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const number = (name) => (/^-?\d+$/u.test(parameters.get(name) ?? "") ? Number(parameters.get(name)) : null);
  return { chat: number("chat"), as: number("as"), start: parameters.get("start"), share: parameters.get("share") };
}

/** Let the address remember which chat is open, without a new step in the history. */
export function writeHash(chat, as) {
  const hash = `#${new URLSearchParams({ chat, as })}`;
  if (location.hash !== hash) history.replaceState(history.state, "", hash);
}
