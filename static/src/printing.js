// A button that opens the browser's print dialog; hidden without script.
import { on, onContent } from "./page.js";

on("click", "[data-op-print]", () => print());
onContent((part) => { for (const button of part.querySelectorAll("[data-op-print]")) button.hidden = false; });
