// Runs before the page is painted: where the person lets the device choose, light or dark is what the device says.
const page = document.documentElement;
page.classList.add("has-js");
if (page.dataset.opTheme === "system") {
  const device = matchMedia("(prefers-color-scheme: dark)");
  const show = () => { page.dataset.bsTheme = device.matches ? "dark" : "light"; };
  device.addEventListener("change", show);
  show();
}
