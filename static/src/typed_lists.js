// Lists typed with commas: a browser suggests only whole values, so each suggestion includes the text before the last comma.
import { on } from "./page.js";

on("input", "[data-op-typed-list]", (event, box) => {
  const known = box.list;
  if (!known) return;
  const typed = box.value.slice(0, box.value.lastIndexOf(",") + 1);
  const before = typed ? `${typed.trim()} ` : "";
  const there = new Set(typed.toLowerCase().split(",").map((item) => item.trim()));
  for (const option of known.options) {
    option.dataset.item ??= option.value;
    option.value = there.has(option.dataset.item.toLowerCase()) ? "" : before + option.dataset.item;
  }
});
