// Dialogs of the editor: the address of a link, and the choice of a merge field.
import { TextSelection } from "prosemirror-state";
import { insertField } from "./commands.js";
import { safeAddress } from "./grammar.js";
import { schema } from "./schema.js";

/** Returns a new element with attributes and contents. */
export function element(tag, attributes = {}, ...contents) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...contents);
  return made;
}

/** Shows a dialog, and returns it with what shuts it: the focus returns to the text, and the caret to its place. */
function open(view, title, ...contents) {
  const id = `${view.dom.id}-dialog`;
  const dialog = element("dialog", { class: "op-dialog", "aria-labelledby": id }, element("h2", { id }, title), ...contents);
  // Removed, not closed: closing focuses the text with the caret at its start, and tells of it only later.
  const shut = () => { dialog.remove(); view.focus(); };
  dialog.addEventListener("close", shut); // by Escape
  dialog.addEventListener("click", (event) => { if (event.target === dialog) shut(); });
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, shut };
}

function button(kind, text, press) {
  const made = element("button", { type: "button", class: `btn btn-${kind}` }, text);
  made.addEventListener("click", press);
  return made;
}

// ---------------------------------------------------------------- Links
/** Returns the address of what was typed, with what people leave out, or nothing if it is none. */
export function addressOf(typed) {
  let text = typed.trim();
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(text)) text = `mailto:${text}`;
  else if (/^(?!\w+:)[^\s/.]+(?:\.[^\s/.]+)+(?:[/?#].*)?$/.test(text)) text = `https://${text}`;
  return URL.canParse(text) ? safeAddress(text) : "";
}

/** Returns the link at the selection with where it begins and ends, or nothing. */
export function linkAt({ $from, $to }) {
  const type = schema.marks.link, parent = $from.parent;
  const mark = type.isInSet($from.marks()) || type.isInSet($from.nodeAfter?.marks ?? []);
  if (!mark || !$from.sameParent($to)) return null;
  const ranges = [];
  parent.forEach((node, offset) => {
    const last = ranges.at(-1), from = $from.start() + offset, to = from + node.nodeSize;
    if (!mark.isInSet(node.marks)) return;
    if (last?.to === from) last.to = to; else ranges.push({ from, to });
  });
  const found = ranges.find(({ from, to }) => from <= $from.pos && $to.pos <= to);
  return found && { ...found, href: mark.attrs.href };
}

/** Asks for the address of a link, and for its words if no text is selected. */
export function editLink(view, words) {
  const { selection } = view.state, link = linkAt(selection), id = `${view.dom.id}-link`;
  const asksWords = selection.empty && !link;
  const address = element("input", { class: "form-control", id, type: "text", inputmode: "url", autocomplete: "off", spellcheck: "false", "aria-describedby": `${id}-help`, value: link?.href ?? "" });
  const text = element("input", { class: "form-control", id: `${id}-words`, type: "text", autocomplete: "off" });
  const help = element("p", { class: "op-field__help", id: `${id}-help` }, words.addressHelp);
  const error = element("div", { id: `${id}-error`, role: "alert" });
  const form = element("form", { novalidate: "" });
  if (asksWords) form.append(element("div", { class: "op-field" }, element("label", { for: text.id }, words.linkWords), text));
  const field = element("div", { class: "op-field" }, element("label", { for: id }, words.address), help, error, address);
  const save = element("button", { type: "submit", class: "btn btn-primary" }, words.save);
  form.append(field, element("div", { class: "op-actions" }, save));
  const { shut } = open(view, link ? words.editLink : words.link, form);
  if (link) save.after(button("secondary", words.removeLink, () => { setLink(view, link, ""); shut(); }));
  form.querySelector(".op-actions").append(button("link", words.cancel, () => shut()));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const href = addressOf(address.value);
    if (!href) { refuse(field, error, address, words.addressError); return; }
    setLink(view, link ?? selection, href, asksWords && (text.value.trim() || address.value.trim()));
    shut();
  });
  (asksWords ? text : address).focus();
}

function refuse(field, error, input, message) {
  field.classList.add("op-field--error");
  error.replaceChildren(element("p", { class: "op-field__error" }, message));
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", `${error.id} ${input.id}-help`);
  input.focus();
}

/** Links a part of the text, or inserts words that are linked; without an address, the link is removed. */
function setLink(view, { from, to }, href, inserted) {
  const type = schema.marks.link, { tr } = view.state;
  if (inserted) {
    tr.replaceWith(from, to, schema.text(inserted, type.create({ href }).addToSet(view.state.selection.$from.marks())));
    tr.setSelection(TextSelection.create(tr.doc, from + inserted.length)).removeStoredMark(type);
  } else {
    tr.removeMark(from, to, type);
    if (href) tr.addMark(from, to, type.create({ href }));
  }
  view.dispatch(tr.scrollIntoView());
}

// ---------------------------------------------------------------- Merge fields
/** Asks which merge field to insert. */
export function chooseField(view, words, fields) {
  const list = element("div", { class: "op-rich__fields" });
  const { dialog, shut } = open(view, words.field, list, element("div", { class: "op-actions" }));
  for (const [name, label] of Object.entries(fields)) {
    list.append(button("secondary", label, () => { shut(); insertField(name, label)(view.state, view.dispatch); }));
  }
  dialog.lastElementChild.append(button("link", words.cancel, () => shut()));
  list.firstElementChild.focus();
}
