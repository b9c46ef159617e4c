// @ts-check
// Forms: characters left, and the focus on what is wrong.

/** @param {HTMLTextAreaElement | HTMLInputElement} control */
function count(control) {
  const { counter = "", over = "" } = control.dataset;
  const output = control.nextElementSibling;
  if (!output) return;
  const show = () => {
    const left = control.maxLength - control.value.length;
    const count = Math.abs(left).toLocaleString(document.documentElement.lang);
    output.textContent = (left < 0 ? over : counter).replace("{count}", count);
    output.classList.toggle("field__count--few", left < control.maxLength / 20);
    // Only the last stretch is told to who cannot see it.
    output.setAttribute("aria-live", left < 100 ? "polite" : "off");
  };
  control.addEventListener("input", show);
  show();
}

for (const control of document.querySelectorAll("[data-counter]")) {
  if (control instanceof HTMLTextAreaElement || control instanceof HTMLInputElement) count(control);
}
const wrong = document.querySelector(".form-errors");
if (wrong instanceof HTMLElement) wrong.focus();
