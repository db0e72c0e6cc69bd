// What the toolbar and the keyboard do in the editor, and whether it is done where the selection is.
import { chainCommands, setBlockType, toggleMark } from "prosemirror-commands";
import { liftListItem, sinkListItem, wrapInList } from "prosemirror-schema-list";
import { DEEPEST } from "./grammar.js";
import { schema } from "./schema.js";

const { paragraph, heading, bullet_list: bullets, ordered_list: numbers, list_item: item, hard_break: lineBreak } = schema.nodes;
const { strong, em } = schema.marks;

export const bold = toggleMark(strong), italic = toggleMark(em);
export const moveOut = liftListItem(item);
export const toParagraph = setBlockType(paragraph);

/** Indents a list item, as far as Markdown is read. */
export function moveIn(state, dispatch) {
  return state.selection.$from.depth <= DEEPEST * 2 && sinkListItem(item)(state, dispatch);
}

/** Returns whether all text that is selected has a mark. */
export function isMarked(state, type) {
  const { from, to, empty, $from } = state.selection;
  if (empty) return !!type.isInSet(state.storedMarks ?? $from.marks());
  let some = false, all = true;
  state.doc.nodesBetween(from, to, (node) => { if (node.isInline && !node.isLeaf || node.isText) { some = true; all &&= !!type.isInSet(node.marks); } });
  return some && all;
}

export const isBold = (state) => isMarked(state, strong), isItalic = (state) => isMarked(state, em);

/** Returns whether all blocks that are selected are headings of a level. */
export function isHeading(level) {
  return (state) => {
    let all = true;
    state.doc.nodesBetween(state.selection.from, state.selection.to, (node) => { if (node.isTextblock) all &&= node.type === heading && node.attrs.level === level; });
    return all;
  };
}

export function toggleHeading(level) {
  return (state, dispatch) => (isHeading(level)(state) ? toParagraph : setBlockType(heading, { level }))(state, dispatch);
}

/** Returns the depth of the list around the selection, or 0. */
function listDepth({ $from, $to }) {
  const range = $from.blockRange($to);
  for (let depth = range?.depth ?? 0; depth > 0; depth--) if ([bullets, numbers].includes($from.node(depth).type)) return depth;
  return 0;
}

export function isList(type) {
  return (state) => { const depth = listDepth(state.selection); return depth > 0 && state.selection.$from.node(depth).type === type; };
}

/** Makes a list of the selected paragraphs, changes the kind of list, or ends the list. */
function toggleList(type) {
  return (state, dispatch) => {
    const { $from } = state.selection, depth = listDepth(state.selection);
    if (!depth) return chainCommands(wrapInList(type), afterParagraphs(wrapInList(type)))(state, dispatch);
    if ($from.node(depth).type === type) return moveOut(state, dispatch);
    dispatch?.(state.tr.setNodeMarkup($from.before(depth), type));
    return true;
  };
}

/** Makes paragraphs of headings before a command. */
function afterParagraphs(command) {
  return (state, dispatch) => toParagraph(state, dispatch && ((tr) => { command(state.apply(tr), (next) => { next.steps.forEach((step) => tr.step(step)); }); dispatch(tr); }));
}

export const toggleBullets = toggleList(bullets), toggleNumbers = toggleList(numbers);
export const isBullets = isList(bullets), isNumbers = isList(numbers);

/** Begins a new line in a paragraph. */
export function breakLine(state, dispatch) {
  if (state.selection.$from.parent.type !== paragraph) return false;
  dispatch?.(state.tr.replaceSelectionWith(lineBreak.create(), false).scrollIntoView());
  return true;
}

export function insertField(name, label) {
  return (state, dispatch) => {
    dispatch?.(state.tr.replaceSelectionWith(schema.nodes.field.create({ name, label })).scrollIntoView());
    return true;
  };
}

// ---------------------------------------------------------------- While typing
const STARTS = [[/^#$/, toggleHeading(1)], [/^##$/, toggleHeading(2)], [/^[-*]$/, wrapInList(bullets)], [/^1[.)]$/, wrapInList(numbers)]];

/** Formats what was just typed as Markdown: "- " at the beginning of a paragraph, or the end of "{{field}}". */
export function formatTyped(view, from, to, text, fields) {
  const { $from, empty } = view.state.selection;
  if (!empty || $from.parent.type !== paragraph) return false;
  const before = $from.parent.textBetween(0, $from.parentOffset, "\n", "\ufffc");
  const start = text === " " && STARTS.find(([pattern]) => pattern.test(before));
  if (start) return format(view, from - before.length, start[1]);
  const name = text === "}" && /\{\{([a-z][a-z0-9_]{0,39})\}$/.exec(before);
  if (!name || !Object.hasOwn(fields, name[1])) return false;
  return format(view, from - name[0].length, insertField(name[1], fields[name[1]]));
}

/** Deletes the signs and formats in their place; if that is not possible, nothing is deleted. */
function format(view, from, command) {
  const deleted = view.state.tr.delete(from, view.state.selection.from);
  return command(view.state.apply(deleted), (tr) => { tr.steps.forEach((step) => deleted.step(step)); view.dispatch(deleted.scrollIntoView()); });
}
