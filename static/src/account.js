// Signing in: passwords can be shown; passkeys are offered where the browser has them, and a failure is reported.
import { on, onContent, word } from "./page.js";

onContent((part) => {
  for (const input of part.querySelectorAll("input[type=password]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "op-show";
    button.dataset.opShow = input.id;
    button.setAttribute("aria-controls", input.id);
    button.textContent = word("ShowPassword");
    input.after(button);
  }
  if (window.PublicKeyCredential) for (const button of part.querySelectorAll("[data-op-passkey]")) button.hidden = false;
});

on("click", "[data-op-show]", (event, button) => {
  const input = document.getElementById(button.dataset.opShow);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.textContent = word(shown ? "ShowPassword" : "HidePassword");
});

// allauth's scripts report a passkey that was not used, or that the person canceled.
document.addEventListener("allauth.error", (event) => {
  const problem = document.querySelector("[data-op-passkey-problem]");
  if (!problem) return;
  event.preventDefault();
  problem.hidden = true;
  requestAnimationFrame(() => { problem.hidden = false; });
});
