// The screen at the meeting: says aloud when the quorum is reached or lost, and that a tap was not recorded; saves notes
// as they are typed, and keeps in this browser what could not be sent.
import { on, onContent } from "./page.js";

const room = () => document.querySelector("[data-op-room]");
const say = (name) => room()?.dataset[`opWord${name}`] ?? "";

// ---------------------------------------------------------------- Quorum and roll
let quorum = document.querySelector("[data-op-quorum]")?.dataset.opQuorum;

onContent((part) => {
  const card = part instanceof Element && part.matches("[data-op-quorum]") ? part : part.querySelector("[data-op-quorum]");
  if (!card) return;
  const place = document.querySelector("[data-op-room-announce]");
  if (quorum && quorum !== card.dataset.opQuorum && place) place.textContent = card.dataset.opQuorumWords;
  quorum = card.dataset.opQuorum;
});

function alertWith(words) {
  const place = document.querySelector("[data-op-room-alert]");
  if (place) place.textContent = words;
}

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    if (event.detail.elt?.closest?.("[data-op-roll-row]")) alertWith(say("Lost"));
  });
}
// Whoever was signed out meanwhile gets the page to sign in as an answer, which belongs into no part of this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!room()?.contains(event.detail.elt) || event.detail.xhr.responseURL.includes("/meetings/")) return;
  event.detail.shouldSwap = false;
  alertWith(say("SignedOut"));
});
onContent((part) => { if (part instanceof Element && part.matches("[data-op-roll-row]")) alertWith(""); });

// A row in which somebody types or opened the choice of another person is not replaced by what others did meanwhile.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const row = event.detail.target;
  if (!row?.matches?.("[data-op-roll-row], #guests")) return;
  if (row.contains(document.activeElement) || row.querySelector("details[open]")) event.detail.shouldSwap = false;
});

// An address that leads to an item opens it.
function openTarget() {
  const item = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  if (item?.matches("details.op-room__item")) item.open = true;
}
addEventListener("hashchange", openTarget);
onContent((part) => { if (part === document) openTarget(); });

// ---------------------------------------------------------------- Notes
const PREFIX = "op-notes:", WAIT = 1200, AGAIN = 15000;
const forms = new Map();

class Refused extends Error {}

class Notes {
  constructor(form) {
    this.form = form;
    this.area = form.elements.text;
    this.version = form.elements.version;
    this.status = form.querySelector("[data-op-notes-status]");
    this.key = PREFIX + form.dataset.opNotes;
    this.saved = this.area.value;
    this.timer = null;
    this.isSending = false;
    this.isConflict = false;
    this.area.addEventListener("input", () => this.typed());
    form.addEventListener("submit", () => this.keep());
    this.restore();
  }

  /** Shows what was typed here before and never arrived, and sends it from the version to which it was typed. */
  restore() {
    const kept = read(this.key);
    if (!kept) return;
    if (kept.text === this.saved) { drop(this.key); return; }
    this.area.value = kept.text;
    this.version.value = kept.version;
    this.form.closest("details")?.setAttribute("open", "");
    this.show(say("Unsaved"), true);
    this.send();
  }

  typed() {
    this.keep();
    this.show(say("Saving"));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), WAIT);
  }

  keep() {
    if (this.area.value === this.saved) drop(this.key);
    else write(this.key, { text: this.area.value, version: this.version.value });
  }

  /** Shows whether the notes are saved; read out only when they are not. */
  show(words, isUnsaved = false) {
    const place = document.querySelector("[data-op-room-announce]");
    if (isUnsaved && place && this.status.textContent !== words) place.textContent = words;
    this.status.textContent = words;
    this.status.classList.toggle("is-unsaved", isUnsaved);
  }

  get isUnsaved() { return this.area.value !== this.saved; }

  async send() {
    clearTimeout(this.timer);
    if (this.isSending || this.isConflict || !this.isUnsaved) return;
    this.isSending = true;
    const text = this.area.value, body = new FormData(this.form);
    body.set("quietly", "1");
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.headers.get("Content-Type")?.includes("json")) throw new Refused();
      const said = await answer.json();
      if (answer.ok) this.arrived(text, said);
      else { this.isConflict = answer.status === 409; this.show(said.problem, true); this.compare(); }
    } catch (problem) {
      this.show(say(problem instanceof Refused ? "Refused" : "Unsaved"), true);
      this.timer = setTimeout(() => this.send(), AGAIN);
    } finally {
      this.isSending = false;
    }
    if (this.isUnsaved && !this.timer && !this.isConflict) this.timer = setTimeout(() => this.send(), WAIT);
  }

  arrived(text, said) {
    this.saved = text;
    this.version.value = said.version;
    this.keep(); // with the new version, if more was typed meanwhile
    this.timer = null;
    if (!this.isUnsaved) this.show(said.saved);
  }

  /** After another person has saved first, the button leads to the page with both texts. */
  compare() {
    if (!this.isConflict) return;
    this.form.querySelector("[data-op-notes-save-words]").hidden = true;
    this.form.querySelector("[data-op-notes-compare-words]").hidden = false;
  }
}

onContent((part) => part.querySelectorAll("form[data-op-notes]").forEach((form) => {
  if (!forms.has(form)) forms.set(form, new Notes(form));
}));

addEventListener("online", () => { for (const notes of forms.values()) notes.send(); });
addEventListener("pagehide", () => { for (const notes of forms.values()) notes.keep(); });

// The page on which both texts are compared keeps what it sends, too: the room drops it once it has arrived.
on("submit", "form:has([data-op-notes-compare])", (event, form) => {
  const key = PREFIX + form.querySelector("[data-op-notes-compare]").dataset.opNotesCompare;
  write(key, { text: form.elements.text.value, version: form.elements.version.value });
});

// What arrived is not kept; whoever signs out leaves only what never did, under their own number.
function read(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function write(key, value) {
  try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* a full or forbidden storage: it is still sent */ }
}

function drop(key) {
  try { localStorage.removeItem(key); } catch { /* as above */ }
}
