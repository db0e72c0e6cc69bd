// Forms: the error summary takes the focus; a second press does not submit twice; long lists of choices can be filtered;
// fields that only one choice of another asks for are hidden with the others.
import { on, onContent, word } from "./page.js";

onContent((part) => {
  const summary = part.querySelector("[data-op-errsum]");
  if (summary) {
    summary.focus();
    const error = word("Error");
    if (!document.title.startsWith(error)) document.title = error + document.title;
  }
  part.querySelectorAll("[data-op-choices]").forEach(addSearch);
  part.querySelectorAll("form:has([data-op-only-if])").forEach(followChoices);
});

on("change", "form:has([data-op-only-if])", (event, form) => followChoices(form));

/** Hides fields whose data-op-only-if ("repeats weekly monthly") names other values than the form has; not their errors. */
function followChoices(form) {
  const sent = new FormData(form);
  for (const field of form.querySelectorAll("[data-op-only-if]")) {
    const [name, ...values] = field.dataset.opOnlyIf.split(" ");
    field.hidden = !values.includes(sent.get(name)) && !field.matches(".op-field--error");
  }
}

on("click", "[data-op-errsum] a", (event, link) => {
  const field = document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.closest(".op-field") ?? field).scrollIntoView({ block: "start" });
  field.focus({ preventScroll: true });
});

// A form that was submitted is not submitted again by a second press.
on("submit", "form[method=post]", (event, form) => {
  if (form.dataset.opSent) { event.preventDefault(); return; }
  form.dataset.opSent = "yes";
  setTimeout(() => { delete form.dataset.opSent; }, 5000);
});
addEventListener("pageshow", () => document.querySelectorAll("[data-op-sent]").forEach((form) => { delete form.dataset.opSent; }));

/** Adds a box above a long list of choices that hides those without the typed words. */
function addSearch(frame) {
  const choices = [...frame.querySelectorAll(".op-choice")];
  if (choices.length < 12 || frame.previousElementSibling?.matches(".op-choices__find")) return;
  const box = document.createElement("input");
  box.type = "search";
  box.className = "form-control op-choices__find";
  box.placeholder = word("FilterChoices", choices.length);
  box.setAttribute("aria-label", [box.placeholder, frame.getAttribute("aria-label")].filter(Boolean).join(": "));
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const choice of choices) {
      const text = choice.textContent.toLowerCase();
      choice.hidden = !words.every((word) => text.includes(word)) && !choice.querySelector("input").checked;
    }
  });
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  frame.before(box);
}
