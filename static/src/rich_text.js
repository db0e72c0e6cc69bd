// Rich text in forms: an editor in the place of a textarea, which stays the field. Loaded only by pages that have one.
export { parse, schema } from "./rich_text/schema.js";
export { serialize } from "./rich_text/markdown.js";
export { upgrade } from "./rich_text/editor.js";
