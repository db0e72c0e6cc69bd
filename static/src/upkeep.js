// Cards that htmx swaps in place: the focus moves to the next card.
import { onContent } from "./page.js";

const OPEN = "article:not(.op-confirm-service--done)";

onContent((part) => {
  if (!(part instanceof Element) || !part.matches("[data-op-swapped]")) return;
  // "Confirm all 3" counts what is left; a single card needs no such button.
  const left = part.parentElement.querySelectorAll(OPEN).length;
  for (const all of document.querySelectorAll("[data-op-confirm-all]")) {
    all.hidden = left < 2;
    all.querySelector("[data-op-count]").textContent = left;
  }
  let card = part;
  if (part.dataset.opSwapped === "next") {
    do card = card.nextElementSibling; while (card && !card.matches(OPEN));
    card ??= part.parentElement.querySelector(OPEN) ?? part.closest("section");
  }
  if (!document.activeElement?.matches("[data-op-errsum]")) card.querySelector("h2[tabindex], h3[tabindex]")?.focus();
});
