// Fields of rich text: their editor is loaded where there is one. If that fails, the textarea stays.
import { onContent } from "./page.js";

onContent(async (part) => {
  for (const area of part.querySelectorAll("textarea[data-op-rich]")) {
    const { upgrade } = await import(JSON.parse(area.dataset.opRich).script);
    upgrade(area);
  }
});
