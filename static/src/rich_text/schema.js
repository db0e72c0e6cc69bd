// What a rich text can hold, and how it is read: from Markdown into a document of the editor.
import { Schema } from "prosemirror-model";
import { linesOf, safeAddress, tokensOf } from "./grammar.js";

const item = "paragraph (paragraph | bullet_list | ordered_list)*";
export const schema = new Schema({
  nodes: {
    doc: { content: "block+" },
    paragraph: { group: "block", content: "inline*", parseDOM: [{ tag: "p" }], toDOM: () => ["p", 0] },
    heading: {
      group: "block", content: "(text | field)*", attrs: { level: { default: 1 } }, defining: true,
      // In the page it stands below an h1; the server shows it deeper, below the heading of its section.
      parseDOM: ["h1", "h2", "h3"].map((tag) => ({ tag, attrs: { level: 1 } })).concat(["h4", "h5", "h6"].map((tag) => ({ tag, attrs: { level: 2 } }))),
      toDOM: (node) => [`h${node.attrs.level + 1}`, 0],
    },
    bullet_list: { group: "block", content: "list_item+", parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
    ordered_list: {
      group: "block", content: "list_item+", attrs: { start: { default: 1 } },
      parseDOM: [{ tag: "ol", getAttrs: (list) => ({ start: Math.max(0, Number.parseInt(list.getAttribute("start") ?? "1", 10) || 0) }) }],
      toDOM: (node) => (node.attrs.start === 1 ? ["ol", 0] : ["ol", { start: node.attrs.start }, 0]),
    },
    list_item: { content: item, defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
    text: { group: "inline" },
    hard_break: { group: "inline", inline: true, selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"], leafText: () => "\n" },
    field: {
      group: "inline", inline: true, atom: true, attrs: { name: {}, label: { default: "" } },
      parseDOM: [{ tag: "span[data-field]", getAttrs: (span) => ({ name: span.dataset.field, label: span.textContent }) }],
      toDOM: (node) => ["span", { "data-field": node.attrs.name, class: "merge-field" }, node.attrs.label || node.attrs.name],
      leafText: (node) => `{{${node.attrs.name}}}`,
    },
  },
  // In this order, which is also that of the server's HTML.
  marks: {
    link: {
      attrs: { href: {} }, inclusive: false,
      parseDOM: [{ tag: "a[href]", getAttrs: (link) => { const href = safeAddress(link.getAttribute("href")); return href ? { href } : false; } }],
      toDOM: (mark) => ["a", { href: mark.attrs.href, rel: "noopener" }, 0],
    },
    strong: { parseDOM: [{ tag: "strong" }, { tag: "b" }, { tag: "[data-pasted~=strong]" }], toDOM: () => ["strong", 0] },
    em: { parseDOM: [{ tag: "em" }, { tag: "i" }, { tag: "[data-pasted~=em]" }], toDOM: () => ["em", 0] },
  },
});

/** Returns the document of a text; `fields` are the labels of merge fields, by name. */
export function parse(source, fields = {}) {
  const tokens = tokensOf(source)[Symbol.iterator]();
  const blocks = [...blocksOf(tokens, fields, false)];
  const first = blocks.findIndex((node) => node.type.name === "heading");
  if (first >= 0) blocks[first] = schema.node("heading", { level: 1 }, blocks[first].content);
  return schema.node("doc", null, blocks.length ? blocks : [schema.node("paragraph")]);
}

function* blocksOf(tokens, fields, inList) {
  for (let { value: token, done } = tokens.next(); !done; { value: token, done } = tokens.next()) {
    if (token.type === "list_item_close") return;
    if (token.type === "bullet_list_open" || token.type === "ordered_list_open") yield listOf(token, tokens, fields);
    else if (token.type === "paragraph_open" || token.type === "heading_open") {
      const lines = linesOf(tokens.next().value.content, Object.keys(fields));
      if (!lines.length) continue;
      const isHeading = token.type === "heading_open" && !inList;
      yield schema.node(isHeading ? "heading" : "paragraph", isHeading ? { level: token.tag === "h1" ? 1 : 2 } : null, inlineOf(lines, fields));
    }
  }
}

function listOf(opening, tokens, fields) {
  const items = [];
  while (tokens.next().value.type === "list_item_open") {
    const blocks = [...blocksOf(tokens, fields, true)];
    if (blocks[0]?.type.name !== "paragraph") blocks.unshift(schema.node("paragraph"));
    items.push(schema.node("list_item", null, blocks));
  }
  const start = opening.attrs?.find(([name]) => name === "start")?.[1] ?? 1;
  return opening.tag === "ol" ? schema.node("ordered_list", { start: Number(start) }, items) : schema.node("bullet_list", null, items);
}

function inlineOf(lines, fields) {
  return lines.flatMap((line, at) => [...(at ? [schema.node("hard_break")] : []), ...line.map((span) => nodeOf(span, fields))]);
}

function nodeOf(span, fields) {
  const marks = [];
  if (span.href) marks.push(schema.mark("link", { href: span.href }));
  if (span.strong) marks.push(schema.mark("strong"));
  if (span.em) marks.push(schema.mark("em"));
  return span.field ? schema.node("field", { name: span.text, label: fields[span.text] }, null, marks) : schema.text(span.text, marks);
}
