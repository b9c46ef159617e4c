// @ts-check
// Forms: characters left, questions as modal dialogs, and the focus on what is wrong.

/** @param {HTMLTextAreaElement | HTMLInputElement} control */
function count(control) {
  const words = control.dataset.counter ?? "";
  if (control.maxLength < 0) return;
  const output = document.createElement("p");
  output.className = "field__count";
  control.after(output);
  const show = () => {
    const left = control.maxLength - control.value.length;
    output.textContent = words.replace("{count}", left.toLocaleString(document.documentElement.lang));
    output.classList.toggle("field__count--few", left < control.maxLength / 20);
    // Only the last stretch is told to who cannot see it.
    output.setAttribute("aria-live", left < 100 ? "polite" : "off");
  };
  control.addEventListener("input", show);
  show();
}

/** Show the panel of a folded question as a modal dialog; it returns to its place afterwards.
 * @param {HTMLDetailsElement} details */
function askInDialog(details) {
  const summary = details.querySelector("summary");
  const panel = details.querySelector(".confirm__panel");
  if (!summary || !(panel instanceof HTMLElement)) return;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const title = panel.querySelector(".confirm__title");
  if (title) dialog.setAttribute("aria-label", title.textContent ?? "");
  details.after(dialog);
  dialog.append(panel);
  summary.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  dialog.addEventListener("click", (event) => {
    const target = event.target;
    if (target === dialog || (target instanceof Element && target.closest("[data-confirm-cancel]"))) dialog.close();
  });
  dialog.addEventListener("close", () => summary.focus());
}

for (const control of document.querySelectorAll("[data-counter]")) {
  if (control instanceof HTMLTextAreaElement || control instanceof HTMLInputElement) count(control);
}
for (const details of document.querySelectorAll("details[data-confirm]")) {
  if (details instanceof HTMLDetailsElement) askInDialog(details);
}
const wrong = document.querySelector(".form-errors");
if (wrong instanceof HTMLElement) wrong.focus();
