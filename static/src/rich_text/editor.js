// The editor of a field: the textarea stays in the form and holds the Markdown; the editor shows it formatted.
import { baseKeymap, chainCommands } from "prosemirror-commands";
import { history, redo } from "prosemirror-history";
import { keymap } from "prosemirror-keymap";
import { splitListItem } from "prosemirror-schema-list";
import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { breakLine, formatTyped, toParagraph } from "./commands.js";
import { element } from "./dialogs.js";
import { serialize } from "./markdown.js";
import { cleaned, readPlain } from "./paste.js";
import { parse, schema } from "./schema.js";
import { keysOf, Toolbar } from "./toolbar.js";

const ALMOST = 0.9; // of the limit; from there on the rest is shown

/** Shows an editor in the place of a textarea. What fails before its last lines leaves the textarea as it was. */
export function upgrade(area) {
  if (area.dataset.opUpgraded) return;
  const { words, icons, fields = {} } = JSON.parse(area.dataset.opRich);
  const label = area.form?.querySelector(`label[for="${CSS.escape(area.id)}"]`) ?? document.querySelector(`label[for="${CSS.escape(area.id)}"]`);
  const name = label?.firstChild?.textContent.trim() ?? "", isFixed = area.disabled || area.readOnly;
  const bar = new Toolbar({ words, icons, fields, label: name, controls: `${area.id}_editor` });
  const count = element("p", { class: "op-rich__count", role: "status" });
  const box = element("div", { class: "op-rich-field" }, ...(isFixed ? [] : [bar.element]));
  if (label) label.id ||= `${area.id}_label`;

  const read = () => EditorState.create({ doc: parse(area.value, fields), plugins: [history(), keysFor(bar, words, fields), keymap(baseKeymap)] });
  const view = new EditorView(box, {
    state: read(),
    editable: () => !isFixed,
    attributes: attributesOf(area, label),
    transformPastedHTML: cleaned,
    clipboardTextParser: readPlain,
    handleTextInput: (_, from, to, text) => formatTyped(view, from, to, text, fields),
    dispatchTransaction(transaction) {
      view.updateState(view.state.apply(transaction));
      if (transaction.docChanged) write();
      bar.update(view.state);
    },
  });
  bar.attach(view);

  // Nothing is written before something changes: an untouched field is sent as it was.
  function write() {
    area.value = serialize(view.state.doc, Object.keys(fields));
    showCount(area, count, words);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.form?.addEventListener("reset", () => setTimeout(() => { view.updateState(read()); bar.update(view.state); }));
  label?.addEventListener("click", (event) => { event.preventDefault(); view.focus(); });
  area.focus = (options) => { if (options?.preventScroll) view.dom.focus(options); else view.focus(); }; // for the summary of errors
  for (const hint of area.closest(".op-field")?.querySelectorAll("[data-op-rich-hint]") ?? []) hint.hidden = true;
  area.before(box);
  box.append(count);
  area.dataset.opUpgraded = "yes";
  area.hidden = true;
}

function keysFor(bar, words, fields) {
  return keymap({
    ...keysOf(words, fields),
    "Mod-Shift-z": redo,
    "Mod-Alt-0": toParagraph,
    "Shift-Enter": chainCommands(breakLine, () => true),
    Enter: splitListItem(schema.nodes.list_item),
    "Alt-F10": () => { bar.focus(); return true; }, // Tab is not used: it leaves the field
  });
}

function attributesOf(area, label) {
  const attributes = { role: "textbox", "aria-multiline": "true", id: `${area.id}_editor`, class: "op-rich form-control" };
  if (label) attributes["aria-labelledby"] = label.id;
  for (const name of ["aria-describedby", "aria-invalid"]) if (area.hasAttribute(name)) attributes[name] = area.getAttribute(name);
  if (area.required) attributes["aria-required"] = "true";
  if (area.disabled || area.readOnly) attributes["aria-readonly"] = "true";
  if (area.lang) attributes.lang = area.lang;
  return attributes;
}

/** Shows how much may still be written, when it is not much. */
function showCount(area, count, words) {
  const limit = area.maxLength, left = limit - area.value.length;
  const text = limit <= 0 || area.value.length < limit * ALMOST ? "" : (left < 0 ? words.tooMany : words.left).replace("{n}", Math.abs(left).toLocaleString());
  if (count.textContent !== text) count.textContent = text;
  count.classList.toggle("op-rich__count--over", limit > 0 && left < 0);
}
