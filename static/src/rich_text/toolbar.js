// The toolbar of the editor: one stop of the Tab key, arrows within, as the ARIA pattern of a toolbar asks.
import { chainCommands } from "prosemirror-commands";
import { redo, redoDepth, undo, undoDepth } from "prosemirror-history";
import * as commands from "./commands.js";
import { chooseField, editLink, element, linkAt } from "./dialogs.js";

const MAC = /Mac|iP(hone|ad)/.test(globalThis.navigator?.platform ?? "");
const SVG = "http://www.w3.org/2000/svg";

/** Returns the tools: a name, keys, what runs, whether it is on, and whether it can be used (if not always). */
function toolsOf(words, fields) {
  return [
    ["bold", "Mod-b", commands.bold, commands.isBold],
    ["italic", "Mod-i", commands.italic, commands.isItalic],
    ["heading", "Mod-Alt-1", commands.toggleHeading(1), commands.isHeading(1)],
    ["subheading", "Mod-Alt-2", commands.toggleHeading(2), commands.isHeading(2)],
    ["bullets", "Mod-Shift-8", commands.toggleBullets, commands.isBullets],
    ["numbers", "Mod-Shift-7", commands.toggleNumbers, commands.isNumbers],
    ["moveIn", "Mod-]", commands.moveIn],
    ["moveOut", "Mod-[", commands.moveOut],
    ["link", "Mod-k", (state, dispatch, view) => { if (view) editLink(view, words); return true; }, (state) => !!linkAt(state.selection)],
    ...(Object.keys(fields).length ? [["field", "", (state, dispatch, view) => { if (view) chooseField(view, words, fields); return true; }]] : []),
    ["undo", "Mod-z", undo, null, undoDepth],
    ["redo", "Mod-y", redo, null, redoDepth],
  ].map(([name, keys, run, isOn, can]) => ({ name, keys, run, isOn, can: can ?? ((state) => run(state)) }));
}

/** Returns the keys of the tools for the editor. */
export function keysOf(words, fields) {
  const keys = toolsOf(words, fields).filter((tool) => tool.keys).map(({ keys, run }) => [keys, run]);
  // Where no list can be indented, the browser must not leave the page: on a Mac the same keys go back and forward.
  return Object.fromEntries(keys.map(([key, run]) => [key, /[[\]]/.test(key) ? chainCommands(run, () => true) : run]));
}

export class Toolbar {
  constructor({ words, icons, fields, label, controls }) {
    this.element = element("div", { class: "op-rich__bar", role: "toolbar", "aria-label": words.toolbar.replace("{label}", label), "aria-controls": controls });
    this.tools = toolsOf(words, fields).map((tool) => ({ ...tool, button: this.buttonOf(tool, words, icons) }));
    this.element.append(...this.tools.map(({ button }) => button));
    this.current = this.tools[0].button;
    this.current.tabIndex = 0;
    this.element.addEventListener("keydown", (event) => this.move(event));
    this.element.addEventListener("focusin", (event) => this.stopAt(event.target));
    // The text keeps the focus and its selection when a button is pressed.
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
  }

  buttonOf({ name, keys, isOn }, words, icons) {
    const icon = document.createElementNS(SVG, "svg"), use = document.createElementNS(SVG, "use");
    icon.setAttribute("class", "bi");
    icon.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${icons.sheet}#${icons[name]}`);
    icon.append(use);
    const shown = keys.replace("Mod", MAC ? "⌘" : "Ctrl").replace("Alt", MAC ? "⌥" : "Alt").replace(/-(?=.)/g, "+").replace(/\+[a-z]$/, (key) => key.toUpperCase());
    const button = element("button", { type: "button", class: "op-icon-btn op-rich__tool", title: keys ? `${words[name]} (${shown})` : words[name], tabindex: "-1" }, icon, element("span", { class: "visually-hidden" }, words[name]));
    if (keys) button.setAttribute("aria-keyshortcuts", keys.replace("Mod", MAC ? "Meta" : "Control").replace(/-(?=.)/g, "+"));
    if (isOn) button.setAttribute("aria-pressed", "false");
    return button;
  }

  /** Connects the buttons with the view of the text. */
  attach(view) {
    this.view = view;
    for (const { button, run } of this.tools) {
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") === "true") return;
        view.focus();
        run(view.state, view.dispatch, view);
      });
    }
    this.update(view.state);
  }

  /** Shows which tools are on and which cannot be used. */
  update(state) {
    for (const { button, isOn, can } of this.tools) {
      if (isOn) button.setAttribute("aria-pressed", String(isOn(state)));
      button.setAttribute("aria-disabled", String(!can(state)));
    }
  }

  move(event) {
    const buttons = this.tools.map(({ button }) => button), at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") { event.preventDefault(); this.view.focus(); return; }
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    buttons.at(to % buttons.length).focus();
  }

  stopAt(button) {
    this.current.tabIndex = -1;
    this.current = button;
    button.tabIndex = 0;
  }

  focus() {
    this.current.focus();
  }
}
