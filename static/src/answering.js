// An answer that somebody tapped in an email is sent when a person is at the page: a mail scanner only renders it.
document.body.addEventListener("op:person", () => document.querySelector("form[data-op-sends-itself]")?.requestSubmit(), { once: true });
