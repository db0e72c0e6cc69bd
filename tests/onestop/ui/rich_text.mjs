// Reads {text, fields, numbers} from standard input, as JSON, and writes what the editor makes of each text: its HTML,
// its Markdown, both again from that Markdown, and the same after random passages are formatted. It runs the file that
// browsers load.
import { readFileSync } from "node:fs";
import { parse, schema, serialize } from "../../../static/dist/rich_text.js";

const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const quoted = (value) => escape(String(value)).replace(/"/g, "&quot;");

/** Returns a specification of an element as HTML, with what is inside in the place of its hole. */
function element([tag, ...rest], inside) {
  const attributes = rest[0] && typeof rest[0] === "object" ? Object.entries(rest.shift()) : [];
  const start = `<${tag}${attributes.map(([name, value]) => ` ${name}="${quoted(value)}"`).join("")}>`;
  return tag === "br" ? start : `${start}${rest[0] === 0 ? inside : escape(rest[0] ?? "")}</${tag}>`;
}

/** Returns nodes as the view of the editor shows them: marks side by side share an element. */
function html(nodes, depth = 0) {
  let written = "";
  for (let at = 0, end; at < nodes.length; at = end) {
    const node = nodes[at], mark = node.marks[depth];
    end = at + 1;
    if (mark) {
      while (end < nodes.length && nodes[end].marks[depth]?.eq(mark)) end++;
      written += element(mark.type.spec.toDOM(mark), html(nodes.slice(at, end), depth + 1));
    } else written += node.isText ? escape(node.text) : element(node.type.spec.toDOM(node), html([...node.children]));
  }
  return written;
}

const MARKS = [schema.mark("strong"), schema.mark("em"), schema.mark("link", { href: "https://e.org/a" })];

/** Returns a document in which random passages, also parts of words, have a format. Numbers: one for each sign. */
function formatted(node, numbers) {
  if (!node.isText) return node.isLeaf ? node : schema.node(node.type, node.attrs, [...node.children].flatMap((child) => formatted(child, numbers)), node.marks);
  return [...node.text].map((sign) => {
    const number = numbers.shift() ?? 0;
    return schema.text(sign, MARKS.filter((_, at) => (number >> at) & 1));
  });
}

function facts(doc, names) {
  const markdown = serialize(doc, names);
  return { html: html([...doc.children]), markdown };
}

const made = JSON.parse(readFileSync(0, "utf8")).map(({ text, fields, numbers }) => {
  const names = Object.keys(fields), first = parse(text, fields), changed = formatted(first, [...numbers]);
  return [first, changed].map((doc) => {
    const now = facts(doc, names), again = facts(parse(now.markdown, fields), names);
    return { ...now, again: again.html, twice: again.markdown };
  });
});
process.stdout.write(JSON.stringify(made));
