// @ts-check
// Forms: characters left, and the focus on what is wrong.

/** Say how much still fits, in the element after the control that the server has put there.
 * @param {EventTarget | null} control */
function count(control) {
  if (!(control instanceof HTMLTextAreaElement || control instanceof HTMLInputElement)) return;
  const { counter, over = "" } = control.dataset;
  const output = control.nextElementSibling;
  if (counter === undefined || !output) return;
  const left = control.maxLength - control.value.length;
  const number = Math.abs(left).toLocaleString(document.documentElement.lang);
  output.textContent = (left < 0 ? over : counter).replace("{count}", number);
  if (output instanceof HTMLElement) output.hidden = left > 1000;
  output.classList.toggle("field__count--few", left < control.maxLength / 20);
  // Only the last stretch is told to who cannot see it.
  output.setAttribute("aria-live", left < 100 ? "polite" : "off");
}

document.addEventListener("input", (event) => count(event.target));
for (const control of document.querySelectorAll("[data-counter]")) count(control);
// The summary, or the one field that is wrong. Not what the style guide only shows.
const wrong =
  document.querySelector(".form-errors:not(.specimen *)") ??
  document.querySelector(":is(input, select, textarea)[aria-invalid=true]:not(.specimen *), .field--wrong:not(.specimen *) input");
if (wrong instanceof HTMLElement) wrong.focus();
