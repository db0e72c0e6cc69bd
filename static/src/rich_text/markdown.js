// Writes a document of the editor as Markdown, so that reading it again gives the same document.
import { BETWEEN_WORDS, FIELD, isAlike, linesOf, matchAt, trim } from "./grammar.js";

const PLAIN = { href: "", strong: false, em: false }, ORDER = Object.keys(PLAIN); // from the outermost mark to the innermost

/** Returns the Markdown of a document; `fields` are the names of merge fields. */
export function serialize(doc, fields = []) {
  return join(doc, fields);
}

/** Joins the blocks of a document or of a list item. */
function join(parent, fields) {
  let written = "", before = null, delimiters = "";
  parent.forEach((node) => {
    const isList = node.type.name.endsWith("_list");
    // Of two lists in a row, the second has other marks, or they would be one.
    const others = isList && before?.type === node.type && delimiters === "-.";
    const text = isList ? list(node, others, fields) : textOf(node, fields);
    if (!text) return;
    const isTight = parent.type.name === "list_item" && isList && before?.type.name === "paragraph" && mayInterrupt(text);
    written += (written && (isTight ? "\n" : "\n\n")) + text;
    before = node;
    delimiters = isList && !others ? "-." : "";
  });
  return written;
}

/** Returns whether a list may follow a paragraph without an empty line. */
function mayInterrupt(text) {
  return /^(?:[-*]|1[.)]) \S/.test(text);
}

function list(node, others, fields) {
  const isOrdered = node.type.name === "ordered_list", items = [];
  node.forEach((item, _, at) => {
    const number = Math.min((node.attrs.start ?? 1) + at, 999_999_999);
    const mark = isOrdered ? `${number}${others ? ")" : "."} ` : others ? "* " : "- ";
    const lines = join(item, fields).split("\n");
    items.push(lines.map((line, number) => (number ? line && " ".repeat(mark.length) + line : mark + line)).join("\n").trimEnd());
  });
  return items.join("\n");
}

// Nodes never change, so that at each key only one paragraph is written anew. A node is in one editor, which has its fields.
const known = new WeakMap();

/** Returns the text of a paragraph or a heading. */
function textOf(node, fields) {
  if (!known.has(node)) known.set(node, writeText(node, fields));
  return known.get(node);
}

function writeText(node, fields) {
  const isHeading = node.type.name === "heading", lines = spansOf(node);
  const written = lines.map((line) => write(line, fields));
  if (isHeading) {
    const text = written.filter(Boolean).join(" ");
    return text && `${"#".repeat(node.attrs.level)} ${text.replace(/#$/, "\\#")}`;
  }
  let text = "";
  written.forEach((line, at) => {
    // A line break next to another one is written with a backslash, since an empty line ends the paragraph.
    if (at) text += line && written[at - 1] ? "\n" : "\\\n";
    text += safeStart(line);
  });
  return text;
}

/** Returns the lines of a paragraph, trimmed, without empty lines around them. */
function spansOf(node) {
  const lines = [[]];
  node.forEach((child) => {
    if (child.type.name === "hard_break") { lines.push([]); return; }
    const has = (name) => child.marks.find((mark) => mark.type.name === name);
    lines.at(-1).push({
      text: child.isText ? child.text.replace(/\n/g, " ") : child.attrs.name, field: !child.isText,
      href: has("link")?.attrs.href ?? "", strong: !!has("strong"), em: !!has("em"),
    });
  });
  const trimmed = lines.map(trim);
  while (trimmed.length && !trimmed[0].length) trimmed.shift();
  while (trimmed.length && !trimmed.at(-1).length) trimmed.pop();
  return trimmed;
}

/** Returns a line with a backslash before what would begin a heading or a list. */
function safeStart(line) {
  return line.replace(/^(?:(#{1,6}|[-+*])(?=[ \t]|$)|(\d{1,9})(?=[.)](?:[ \t]|$)))/, (_, mark, number) => (mark ? `\\${mark}` : `${number}\\`));
}

/** Returns a line as Markdown. If its formatting cannot be written, it loses emphasis, but never text. */
function write(line, fields) {
  for (const drop of [[], ["em"], ["em", "strong"], ORDER]) {
    const spans = line.map((span) => ({ ...span, ...Object.fromEntries(drop.map((name) => [name, PLAIN[name]])) }));
    const signs = signsOf(spans), written = writeSigns(signs, fields);
    // Only stars side by side can be read in more than one way.
    if (drop.length === 3 || !/[*_]{3}|\*_|_\*/.test(written) || isSame(linesOf(written, fields)[0] ?? [], signs)) return written;
  }
  return "";
}

function isSame(line, signs) {
  const read = signsOf(line);
  return read.length === signs.length && read.every((sign, at) => sign.text === signs[at].text && sign.field === signs[at].field && isLike(sign, signs[at]));
}

function isLike(one, other) {
  return isAlike({ ...one, field: false }, { ...other, field: false });
}

/** Returns a line sign by sign. Spaces at the ends of a link or of a bold passage do not belong to it. */
function signsOf(line) {
  const signs = line.flatMap((span) => (span.field ? [{ ...span }] : [...span.text].map((text) => ({ ...span, text }))));
  for (const [at, mark] of ORDER.entries()) {
    const isSame = (one, other) => ORDER.slice(0, at + 1).every((name) => one[name] === other?.[name]);
    for (const order of [signs, [...signs].reverse()]) {
      order.forEach((sign, number) => { if (sign[mark] && isSpace(sign) && !isSame(sign, order[number - 1])) sign[mark] = PLAIN[mark]; });
    }
  }
  return signs;
}

function isSpace(sign) {
  return !sign.field && /^\s$/.test(sign.text);
}

function writeSigns(signs, fields) {
  const whole = signs.map((sign) => (sign.field ? "\0" : sign.text)).join("");
  let written = "", place = 0;
  const open = { href: "", strong: false, em: "" };
  const close = () => { written += open.em; open.em = ""; };
  signs.forEach((sign, at) => {
    const linkChanges = sign.href !== open.href, strongChanges = linkChanges || sign.strong !== open.strong;
    if (open.em && (strongChanges || !sign.em)) close();
    if (open.strong && strongChanges) { written += "**"; open.strong = false; }
    if (open.href && linkChanges) { written += `](${open.href})`; open.href = ""; }
    if (sign.href && linkChanges) { written += "["; open.href = sign.href; }
    if (sign.strong && !open.strong) { written += "**"; open.strong = true; }
    if (sign.em && !open.em) { open.em = markOf(signs, at, written.at(-1) ?? " "); written += open.em; }
    written += sign.field ? `{{${sign.text}}}` : escaped(signs, at, whole, place, fields);
    place += sign.field ? 1 : sign.text.length;
  });
  close();
  return `${written}${open.strong ? "**" : ""}${open.href ? `](${open.href})` : ""}`;
}

/** Returns the mark for an emphasis: an underscore where a star would stand beside those of bold text. */
function markOf(signs, at, before) {
  const now = signs[at], isInside = (sign) => sign?.em && sign.strong === now.strong && sign.href === now.href;
  let end = at;
  while (isInside(signs[end])) end++;
  const after = afterEmphasis(now, signs[end]);
  return (before === "*" || after === "*") && BETWEEN_WORDS.test(before) && BETWEEN_WORDS.test(after) ? "_" : "*";
}

/** Returns what follows the end of an emphasis in the Markdown: stars of bold text, the sign itself, or a space for the rest. */
function afterEmphasis(last, next) {
  if (!next || next.href !== last.href) return last.strong ? "*" : " ";
  if (next.strong !== last.strong) return "*";
  return next.field ? "{" : next.text;
}

/** Returns a sign, with a backslash before it if it would be formatting. */
function escaped(signs, at, whole, place, fields) {
  const sign = signs[at], text = sign.text;
  const raw = (other) => (other && !other.field && isLike(other, sign) ? other.text : "");
  const before = raw(signs[at - 1]), after = raw(signs[at + 1]);
  const isWord = (other) => other && !BETWEEN_WORDS.test(other);
  if (text === "\\") return isWord(after) ? text : "\\\\";
  if (text === "*") return /^\s$/.test(before) && /^\s$/.test(after) ? text : "\\*";
  if (text === "_") return isWord(before) && isWord(after) ? text : "\\_";
  if (text === "[") return sign.href ? "\\[" : text;
  if (text === "]") return sign.href || after === "(" ? "\\]" : text;
  if (text === "{") return fields.includes(matchAt(FIELD, whole, place)?.[1]) ? "\\{" : text;
  return text;
}
