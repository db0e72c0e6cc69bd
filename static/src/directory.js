// Find a service: the filters are open on a wide screen.
import { onContent } from "./page.js";

const wide = matchMedia("(min-width: 992px)");
function unfold() { for (const filters of document.querySelectorAll("[data-op-narrow]")) filters.open = wide.matches; }
onContent((part) => {
  if (part === document) { unfold(); wide.addEventListener("change", unfold); }
});
