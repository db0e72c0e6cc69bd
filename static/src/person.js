// Tells a person from a program that only renders the page, such as a mail scanner: dispatches "op:person" on the body
// once the pointer has moved from one place to another, or a key, a button or a finger was pressed. Browsers without a
// window report a first place of the pointer by themselves.
let first = null;

function notice(event) {
  if (event.type === "pointermove") {
    if (!first) { first = event; return; }
    if (first.screenX === event.screenX && first.screenY === event.screenY) return;
  }
  for (const kind of KINDS) removeEventListener(kind, notice, true);
  document.body.dispatchEvent(new CustomEvent("op:person"));
}

const KINDS = ["pointermove", "pointerdown", "keydown", "touchstart"];
for (const kind of KINDS) addEventListener(kind, notice, { capture: true, passive: true });
