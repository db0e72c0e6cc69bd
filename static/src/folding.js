// Sections that are folded on a phone, so that a long page can be overlooked. On a wide screen they stand open.
import { onContent } from "./page.js";

const narrow = matchMedia("(max-width: 767.98px)");

function fold(part) {
  for (const section of part.querySelectorAll("[data-op-fold]")) {
    const holdsTarget = location.hash.length > 1 && section.contains(document.getElementById(location.hash.slice(1)));
    section.open = !narrow.matches || holdsTarget;
    section.dataset.opFold = "ready";
  }
}

function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const section = target && (target.closest("[data-op-fold]") ?? target.querySelector("[data-op-fold]"));
  if (section) { section.open = true; target.scrollIntoView(); }
}

onContent((part) => {
  fold(part);
  if (part === document) {
    openTarget();
    narrow.addEventListener("change", () => fold(document));
    addEventListener("hashchange", openTarget);
  }
});
addEventListener("beforeprint", () => { for (const section of document.querySelectorAll("[data-op-fold]")) section.open = true; });
