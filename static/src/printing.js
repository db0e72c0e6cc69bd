// A button that opens the browser's own dialog for printing; without script nobody sees it.
import { on, onContent } from "./page.js";

on("click", "[data-op-print]", () => print());
onContent((part) => { for (const button of part.querySelectorAll("[data-op-print]")) button.hidden = false; });
