// @ts-check
// Runs before anything is drawn, so that a chosen scheme never flashes. Everything else is in site.js.
document.documentElement.dataset.js = "";
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the device decides.
}
