// The stream of what happens in the sandbox, which mends itself.
//
// A browser opens few connections to one address, so a page that nobody looks at lets its stream
// go after a while and reads everything anew when it is looked at again.

const KINDS = ["message", "edit", "delete", "toast", "typing", "state"];
const HIDDEN_FOR = 60_000;
const SLOWEST = 5_000;

// The server adds ".<number>" to its boot id where it forgot events that a page has missed.
const lifeOf = (boot) => boot?.split(".")[0];

/**
 * Listen for ever. `on[kind](data)` hears events, `on.fresh(anew)` is told when everything must be
 * read again: the first time and after a restart (anew), or after a silence, `on.line(up)` how the line is.
 */
export function listen(on) {
  let source = null;
  let boot = null;
  let stale = true;
  let wait = 250;
  let retry = 0;
  let hiding = 0;

  function open() {
    clearTimeout(retry);
    source?.close();
    source = new EventSource("/demo/events");
    source.addEventListener("hello", (event) => {
      const now = JSON.parse(event.data).boot;
      wait = 250;
      on.line(true);
      if (!stale && now === boot) return;
      const anew = lifeOf(now) !== lifeOf(boot);
      boot = now;
      stale = false;
      on.fresh(anew);
    });
    for (const kind of KINDS) source.addEventListener(kind, (event) => on[kind](JSON.parse(event.data)));
    source.onerror = () => {
      on.line(false);
      source.close(); // the browser would wait for seconds before it tries again
      stale = true; // what was missed is read again: on loopback that costs nothing
      retry = setTimeout(open, wait);
      wait = Math.min(wait * 2, SLOWEST);
    };
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) {
      hiding = setTimeout(() => {
        source?.close();
        clearTimeout(retry);
        source = null;
      }, HIDDEN_FOR);
    } else if (!source) {
      stale = true;
      open();
    }
  });
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    stale = true;
    open();
  });
  open();
}
