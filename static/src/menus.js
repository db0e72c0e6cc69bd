// Menus are details: they open without script. Here they close by Escape, by a press elsewhere, and when another opens.
import { on, onContent } from "./page.js";

const open = () => document.querySelectorAll("details.op-menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("focusin", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary").focus();
  }
  if (location.hash === "#menu") closeSheet();
});

// The phone's sheet of sections is a target (#menu). Closing it returns the focus to More and adds no history entry.
function closeSheet() {
  history.replaceState(history.state, "", location.pathname + location.search);
  location.hash = "main";
  history.replaceState(history.state, "", location.pathname + location.search);
  document.querySelector('.op-tabbar a[href="#menu"]')?.focus();
}
on("click", "[data-op-close-menu]", (event) => { event.preventDefault(); closeSheet(); });

// Switch the theme at once; the server saves it in the background.
on("submit", "[data-op-theme-form]", (event, form) => {
  event.preventDefault();
  const root = document.documentElement, button = form.querySelector("button");
  const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
  button.value = theme;
  const data = new FormData(form);
  data.set("theme", theme);
  root.dataset.bsTheme = root.dataset.opTheme = theme;
  fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => form.submit());
});

// Signed out, only the browser remembers the theme, in a cookie that is set when the button is pressed.
onContent((part) => { for (const button of part.querySelectorAll("[data-op-theme-here]")) button.hidden = false; });
on("click", "[data-op-theme-here]", () => {
  const root = document.documentElement;
  root.dataset.bsTheme = root.dataset.opTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
  document.cookie = `theme=${root.dataset.bsTheme}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
});
