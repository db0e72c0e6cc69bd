// Lists typed with commas: a browser suggests only whole values, so each suggestion carries what stands before the last comma.
import { on } from "./page.js";

on("input", "[data-op-typed-list]", (event, box) => {
  const known = box.list;
  if (!known) return;
  const said = box.value.slice(0, box.value.lastIndexOf(",") + 1);
  const before = said ? `${said.trim()} ` : "";
  const there = new Set(said.toLowerCase().split(",").map((item) => item.trim()));
  for (const option of known.options) {
    option.dataset.item ??= option.value;
    option.value = there.has(option.dataset.item.toLowerCase()) ? "" : before + option.dataset.item;
  }
});
