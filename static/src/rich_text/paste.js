// What is pasted: of HTML only what the schema knows, and nothing that the Content-Security-Policy would report.
import { Fragment, Slice } from "prosemirror-model";
import { schema } from "./schema.js";

const GONE = /<(style|script|title|o:p|xml)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->|<\/?(?:meta|link|img|base|object|embed|iframe|svg|video|audio|source)\b[^>]*>/gi;
const GOOGLE = /<b\b[^>]*\bid="?docs-internal-guid[^>]*>/gi; // a bold element around all that is copied from Google Docs
const ATTRIBUTES = /\s(?:style|src|srcset|background|on[a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/gi;

/** Returns HTML without styles, handlers and images. Bold and italic styles of word processors are kept. */
export function cleaned(html) {
  return html.replace(GONE, "").replace(GOOGLE, "<div>").replace(ATTRIBUTES, (_, ...values) => {
    const value = values.slice(0, 3).find((found) => found !== undefined) ?? "", kept = [];
    if (/font-weight:\s*(?:bold|[6-9]00)/i.test(value)) kept.push("strong");
    if (/font-style:\s*italic/i.test(value)) kept.push("em");
    return kept.length ? ` data-pasted="${kept.join(" ")}"` : "";
  });
}

/** Returns pasted plain text: an empty line ends a paragraph, a line end breaks a line. */
export function readPlain(text) {
  const paragraphs = text.replace(/\r\n?/g, "\n").trim().split(/\n[^\S\n]*\n+/).map((part) => {
    const lines = part.split("\n").map((line) => line.trim());
    return schema.node("paragraph", null, lines.flatMap((line, at) => [...(at ? [schema.node("hard_break")] : []), ...(line ? [schema.text(line)] : [])]));
  });
  return Slice.maxOpen(Fragment.from(paragraphs));
}
