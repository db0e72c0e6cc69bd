// What the other modules share.

/** Runs for the page as it is, and again for each part that htmx adds. */
export function onContent(run) {
  const start = () => run(document);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start); else start();
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) run(event.target); });
}

/** Listens on the page for events of all elements that match, now and later. */
export function on(type, selector, run) {
  document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) run(event, found);
  });
}

/** Returns a text of layouts/base.html, with a number in the place of {n}. */
export function word(name, number = "") {
  return (document.body.dataset[`opWord${name}`] ?? "").replace("{n}", number);
}
