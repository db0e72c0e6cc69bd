// Confirming: a link with data-op-dialog opens a page that asks for confirmation. With script the same text opens in a dialog.
import { on } from "./page.js";

on("click", "a[data-op-dialog]", async (event, link) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  try {
    const answer = await fetch(link.href, { headers: { "X-Requested-With": "dialog" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const words = page.querySelector("[data-op-confirm]");
    if (!answer.ok || !words) throw new Error("The page has no [data-op-confirm].");
    show(words, link);
  } catch {
    location.href = link.href;  // the page itself shows what is wrong
  }
});

function show(words, opener) {
  const dialog = document.createElement("dialog");
  dialog.className = "op-dialog";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  const title = words.querySelector("h1"), heading = document.createElement("h2");
  heading.id = "dialog-title";
  heading.tabIndex = -1;
  heading.autofocus = true;  // so that Enter does not press the button that cannot be undone
  heading.append(...title.childNodes);
  title.replaceWith(heading);
  dialog.append(...document.importNode(words, true).childNodes);
  dialog.addEventListener("close", () => { dialog.remove(); opener.focus(); });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-op-dialog-close]")) { event.preventDefault(); dialog.close(); }
  });
  document.body.append(dialog);
  dialog.showModal();
}
