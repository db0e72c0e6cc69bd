// Small things that the other modules share.

/** Runs for what the page holds now, and again for whatever htmx brings in. */
export function onContent(run) {
  const start = () => run(document);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start); else start();
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) run(event.target); });
}

/** Listens once on the page for events of whatever matches, now and later. */
export function on(type, selector, run) {
  document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) run(event, found);
  });
}
