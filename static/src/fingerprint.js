// On the page that checks a file: sends only the file's SHA-256, computed here. Where the browser cannot, or without a
// script, the file itself is sent.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-op-fingerprint]");
  const file = form?.elements.file?.files[0];
  if (!file || !window.crypto?.subtle) return;
  event.preventDefault();
  try {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    form.elements.sha256.value = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    form.elements.file.disabled = true;
  } catch {
    // too large for this browser: send the file
  }
  form.submit();
});
