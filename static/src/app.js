// What scripts add. Every page works without them.
import htmx from "htmx.org";
import "./menus.js";
import "./forms.js";
import "./typed_lists.js";
import "./lists.js";
import "./dialogs.js";
import "./folding.js"; // before the messages, which move into an opened section
import "./messages.js";
import "./printing.js";
import "./account.js";
import "./upkeep.js";
import "./directory.js";
import "./fingerprint.js";
import "./person.js";
import "./answering.js";
import "./room.js";
import "./rich_text_fields.js";

window.htmx = htmx;
