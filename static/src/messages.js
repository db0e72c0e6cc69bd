// Toasts: announced once the page is loaded, closed by hand; those without a link disappear after a while.
import { on, onContent } from "./page.js";

const STAYS = 10000;

onContent((part) => {
  for (const toast of part.querySelectorAll("[data-op-toast]")) {
    const words = toast.querySelector(".op-grow"), text = [...words.childNodes];
    toast.querySelector("[data-op-close]").hidden = false;
    // A status that is there from the beginning is not announced; one that changes is.
    words.replaceChildren();
    setTimeout(() => words.append(...text), 150);
    if (text.some((node) => node instanceof Element && (node.matches("a, button") || node.querySelector("a, button")))) continue;
    let timer;
    const wait = () => { timer = setTimeout(() => toast.remove(), STAYS); };
    const stay = () => clearTimeout(timer);
    toast.addEventListener("pointerenter", stay);
    toast.addEventListener("pointerleave", wait);
    toast.addEventListener("focusin", stay);
    toast.addEventListener("focusout", wait);
    wait();
  }
});

on("click", "[data-op-toast] [data-op-close]", (event, button) => button.closest("[data-op-toast]").remove());
