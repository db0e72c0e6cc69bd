// Find a service: filters stand open at the side of a desk; a button prints.
import { on, onContent } from "./page.js";

const desk = matchMedia("(min-width: 992px)");
function unfold() { for (const filters of document.querySelectorAll("[data-op-narrow]")) filters.open = desk.matches; }
onContent((part) => {
  if (part === document) { unfold(); desk.addEventListener("change", unfold); }
  for (const button of part.querySelectorAll("[data-op-print]")) button.hidden = false;
});
on("click", "[data-op-print]", () => print());
