// The grammar of rich text, as in onestop/ui/rich_text_grammar.py, which says why: change both. A test compares them.
// Of markdown-it only the rules that we need are bundled: a tenth of it.
import parseLinkLabel from "markdown-it/lib/helpers/parse_link_label.mjs";
import heading from "markdown-it/lib/rules_block/heading.mjs";
import list from "markdown-it/lib/rules_block/list.mjs";
import paragraph from "markdown-it/lib/rules_block/paragraph.mjs";
import StateBlock from "markdown-it/lib/rules_block/state_block.mjs";
import balancePairs from "markdown-it/lib/rules_inline/balance_pairs.mjs";
import emphasis from "markdown-it/lib/rules_inline/emphasis.mjs";
import escapeRule from "markdown-it/lib/rules_inline/escape.mjs";
import newline from "markdown-it/lib/rules_inline/newline.mjs";
import StateInline from "markdown-it/lib/rules_inline/state_inline.mjs";
import text from "markdown-it/lib/rules_inline/text.mjs";
import Ruler from "markdown-it/lib/ruler.mjs";

export const DEEPEST = 6; // lists within lists
const MOST_NESTED = DEEPEST * 2 + 8;
const INVISIBLE = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]/g, BLANK_LINE = /^[^\S\n]+$/gm;
export const FIELD = /\{\{([a-z][a-z0-9_]{0,39})\}\}/y;
export const ADDRESS = /^(?:https?:\/\/|mailto:)[^\s()<>"'`\\]+$/;
const TARGET = /\(((?:https?:\/\/|mailto:)[^\s()<>"'`\\]+)\)/y;
export const BETWEEN_WORDS = /[\s!-\/:-@\[-`{-~\u00a1-\u00bf\u2010-\u2027\u2030-\u205e]/;

/** Returns an address without the signs that would end it in Markdown, or "" if its scheme is not allowed. */
export function safeAddress(typed) {
  const scheme = /^(?:https?|mailto):/i.exec(typed.trim())?.[0] ?? "";
  const address = scheme.toLowerCase() + typed.trim().slice(scheme.length);
  const safe = address.replace(/[\s()<>"'`\\]/g, (sign) => (sign.charCodeAt(0) < 128 ? `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}` : encodeURIComponent(sign)));
  return ADDRESS.test(safe) ? safe : "";
}

/** Returns what a pattern finds at a place. */
export function matchAt(pattern, source, place) {
  pattern.lastIndex = place;
  return pattern.exec(source);
}

// ---------------------------------------------------------------- Rules
function listRule(state, start, end, silent) {
  return state.level < DEEPEST * 2 && list(state, start, end, silent);
}

function emphasisRule(state, silent) {
  const marker = state.src[state.pos];
  if (silent || (marker !== "*" && marker !== "_")) return false;
  let end = state.pos;
  while (end < state.posMax && state.src[end] === marker) end++;
  const before = state.pos ? state.src[state.pos - 1] : " ", after = end < state.posMax ? state.src[end] : " ";
  let open = /\S/.test(after), close = /\S/.test(before);
  if (marker === "_") { open &&= BETWEEN_WORDS.test(before); close &&= BETWEEN_WORDS.test(after); }
  const length = end - state.pos;
  for (let number = 0; number < length; number++) {
    state.push("text", "", 0).content = marker;
    state.delimiters.push({ marker: marker.charCodeAt(0), length, token: state.tokens.length - 1, end: -1, open, close });
  }
  state.pos = end;
  return true;
}

function linkRule(state, silent) {
  const start = state.pos, end = state.posMax;
  if (state.src[start] !== "[") return false;
  const labelEnd = parseLinkLabel(state, start, true);
  const target = labelEnd >= 0 && matchAt(TARGET, state.src, labelEnd + 1);
  if (!target || TARGET.lastIndex > end || !state.src.slice(start + 1, labelEnd).trim()) return false;
  const after = labelEnd + 1 + target[0].length;
  if (!silent) {
    state.pos = start + 1;
    state.posMax = labelEnd;
    state.push("link_open", "a", 1).attrs = [["href", target[1]]];
    inline.tokenize(state);
    state.push("link_close", "a", -1);
  }
  state.pos = after;
  state.posMax = end;
  return true;
}

function fieldRule(state, silent) {
  const found = matchAt(FIELD, state.src, state.pos);
  if (!found || FIELD.lastIndex > state.posMax || !state.env.fields.includes(found[1])) return false;
  if (!silent) state.push("field", "", 0).content = found[1];
  state.pos += found[0].length;
  return true;
}

// ---------------------------------------------------------------- The two loops of markdown-it, with our rules
const rules = [text, newline, fieldRule, escapeRule, emphasisRule, linkRule];
const inline = {
  skipToken(state) {
    const start = state.pos;
    if (state.cache[start] !== undefined) { state.pos = state.cache[start]; return; }
    let found = false;
    if (state.level < MOST_NESTED) {
      state.level++;
      found = rules.some((rule) => rule(state, true));
      state.level--;
    } else state.pos = state.posMax;
    if (!found) state.pos++;
    state.cache[start] = state.pos;
  },
  tokenize(state) {
    const end = state.posMax;
    while (state.pos < end) {
      const found = state.level < MOST_NESTED && rules.some((rule) => rule(state, false));
      if (!found) state.pending += state.src[state.pos++];
    }
    if (state.pending) state.pushPending();
  },
};
const ruler = new Ruler();
ruler.push("list", listRule, { alt: ["paragraph"] });
ruler.push("heading", heading, { alt: ["paragraph"] });
ruler.push("paragraph", paragraph);
const block = {
  ruler,
  tokenize(state, start, end) {
    for (let line = start, empty = false; line < end;) {
      line = state.line = state.skipEmptyLines(line);
      if (line >= end || state.sCount[line] < state.blkIndent) break;
      ruler.getRules("").some((rule) => rule(state, line, end, false));
      state.tight = !empty;
      empty ||= state.isEmpty(state.line - 1);
      line = state.line;
      if (line < end && state.isEmpty(line)) { empty = true; state.line = ++line; }
    }
  },
};
const parser = { block, inline, options: { maxNesting: MOST_NESTED } };

/** Returns the tokens of blocks; those of type "inline" have the source of a paragraph, for `linesOf`. */
export function tokensOf(source) {
  const tokens = [], clean = source.replace(/\r\n?/g, "\n").replace(INVISIBLE, "").replace(BLANK_LINE, "");
  if (clean) {
    const state = new StateBlock(clean, parser, {}, tokens);
    block.tokenize(state, state.line, state.lineMax);
  }
  return tokens;
}

/** Returns the lines of a paragraph: lists of spans {text, field, href, strong, em}. */
export function linesOf(source, fields) {
  const state = new StateInline(source, parser, { fields }, []);
  inline.tokenize(state);
  balancePairs(state);
  emphasis.postProcess(state);
  const lines = [[]];
  let strong = 0, em = 0, href = "";
  for (const token of state.tokens) {
    if (token.type === "softbreak" || token.type === "hardbreak") lines.push([]);
    else if (token.tag === "strong") strong += token.nesting;
    else if (token.tag === "em") em += token.nesting;
    else if (token.tag === "a") href = token.nesting > 0 ? token.attrs[0][1] : "";
    else if (token.content) add(lines.at(-1), { text: token.content, field: token.type === "field", href, strong: strong > 0, em: em > 0 });
  }
  const trimmed = lines.map(trim);
  while (trimmed.length && !trimmed[0].length) trimmed.shift();
  while (trimmed.length && !trimmed.at(-1).length) trimmed.pop();
  return trimmed;
}

export function isAlike(one, other) {
  return !one.field && !other.field && one.href === other.href && one.strong === other.strong && one.em === other.em;
}

function add(line, span) {
  if (line.length && isAlike(line.at(-1), span)) line.at(-1).text += span.text;
  else line.push(span);
}

/** Returns a line without spaces at its ends. */
export function trim(line) {
  const spans = line.map((span) => ({ ...span }));
  while (spans.length && !spans[0].field && !(spans[0].text = spans[0].text.trimStart())) spans.shift();
  while (spans.length && !spans.at(-1).field && !(spans.at(-1).text = spans.at(-1).text.trimEnd())) spans.pop();
  return spans;
}
