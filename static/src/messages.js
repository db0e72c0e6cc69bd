// Toasts: announced once the page is loaded, in the flow of the page so that they cover nothing, closed by hand.
import { on, onContent } from "./page.js";

onContent((part) => {
  for (const toast of part.querySelectorAll("[data-op-toast]")) {
    const words = toast.querySelector(".op-grow"), text = [...words.childNodes];
    toast.querySelector("[data-op-close]").hidden = false;
    // A status that is there from the beginning is not announced; one that changes is.
    words.style.minHeight = `${words.offsetHeight}px`; // nothing below moves meanwhile
    words.replaceChildren();
    setTimeout(() => words.append(...text), 150);
  }
  // An address with a fragment opens further down: the messages move there.
  const target = part === document && location.hash && document.getElementById(location.hash.slice(1));
  const section = target && target.closest("main section"), messages = document.querySelector("[data-op-messages]");
  if (section && messages) {
    section.prepend(messages);
    messages.scrollIntoView({ block: "start" });
  }
});

on("click", "[data-op-toast] [data-op-close]", (event, button) => {
  button.closest("[data-op-toast]").remove();
  document.getElementById("main")?.focus({ preventScroll: true });
});
