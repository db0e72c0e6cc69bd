// Lists: filters apply as soon as a choice is made; selected rows are counted.
import { on, onContent, word } from "./page.js";

// A choice from a list applies at once; typed text applies with Enter or the button.
on("change", "[data-op-filter] select, [data-op-filter] input[type=date]", (event, field) => field.form.requestSubmit());
on("submit", "[data-op-filter]", (event, form) => {
  // Empty fields are left out of the address, so that it is short and can be shared.
  for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  setTimeout(() => { for (const field of form.elements) field.disabled = false; });
});

// On a phone the filters open by a button.
on("click", "[data-op-filter-toggle]", (event, button) => {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  if (open) document.getElementById(button.getAttribute("aria-controls")).querySelector("select, input, summary, button")?.focus();
});

const picks = () => [...document.querySelectorAll("[data-op-pick]")];

function count() {
  const bar = document.querySelector("[data-op-picked]");
  if (!bar) return;
  const all = picks(), picked = all.filter((box) => box.checked);
  bar.hidden = picked.length === 0;
  bar.querySelector("[data-op-picked-count]").textContent = word("Selected", picked.length);
  for (const box of all) box.closest("tr").classList.toggle("is-picked", box.checked);
  const every = document.querySelector("[data-op-pick-all]");
  if (every) {
    every.checked = all.length > 0 && picked.length === all.length;
    every.indeterminate = picked.length > 0 && picked.length < all.length;
  }
  // While rows are selected, exports hold only these.
  for (const link of document.querySelectorAll("[data-op-export]")) {
    const address = new URL(link.href);
    address.searchParams.delete("pick");
    for (const box of picked) address.searchParams.append("pick", box.value);
    link.href = address.href;
  }
}

on("change", "[data-op-pick]", count);
on("change", "[data-op-pick-all]", (event, every) => {
  for (const box of picks()) box.checked = every.checked;
  count();
});
on("reset", "[data-op-picked]", () => setTimeout(() => { count(); document.querySelector("[data-op-pick-all]")?.focus(); }));
onContent((part) => {
  for (const every of part.querySelectorAll("[data-op-pick-all]")) every.hidden = false;
  count();
});
addEventListener("pageshow", count);
