// Signing in: passwords can be looked at; passkeys are offered where the browser has them, and say when they failed.
import { on, onContent } from "./page.js";

onContent((part) => {
  for (const input of part.querySelectorAll("input[type=password]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "op-show";
    button.dataset.opShow = input.id;
    button.setAttribute("aria-controls", input.id);
    button.textContent = "Show the password";
    input.after(button);
  }
  if (window.PublicKeyCredential) for (const button of part.querySelectorAll("[data-op-passkey]")) button.hidden = false;
});

on("click", "[data-op-show]", (event, button) => {
  const input = document.getElementById(button.dataset.opShow);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.textContent = shown ? "Show the password" : "Hide the password";
});

// allauth's scripts tell of a passkey that was not used, or that the person called off.
document.addEventListener("allauth.error", (event) => {
  const problem = document.querySelector("[data-op-passkey-problem]");
  if (!problem) return;
  event.preventDefault();
  problem.hidden = true;
  requestAnimationFrame(() => { problem.hidden = false; });
});
