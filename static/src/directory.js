// Find a service: the filters are open on a wide screen.
import { onContent } from "./page.js";

const desk = matchMedia("(min-width: 992px)");
function unfold() { for (const filters of document.querySelectorAll("[data-op-narrow]")) filters.open = desk.matches; }
onContent((part) => {
  if (part === document) { unfold(); desk.addEventListener("change", unfold); }
});
