// Runs before the page is painted: with the theme "system", light or dark follows the device.
const page = document.documentElement;
page.classList.add("has-js");
if (page.dataset.opTheme === "system") {
  const device = matchMedia("(prefers-color-scheme: dark)");
  const show = () => { page.dataset.bsTheme = device.matches ? "dark" : "light"; };
  device.addEventListener("change", show);
  show();
}
