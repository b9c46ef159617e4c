// @ts-check
// A form that is on its way marks its button, and cannot be sent a second time.

/** An answer that never comes must not leave the form dead. */
const WAIT_MS = 15000;
/** @type {Map<HTMLFormElement, HTMLElement | null>} */
const sent = new Map();

/** @param {HTMLFormElement} form */
function release(form) {
  const button = sent.get(form);
  sent.delete(form);
  button?.removeAttribute("aria-busy");
  button?.removeAttribute("aria-disabled");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  button?.setAttribute("aria-busy", "true");
  button?.setAttribute("aria-disabled", "true");
  sent.set(form, button);
  setTimeout(() => release(form), WAIT_MS);
});
// Back from the next page, everything is as it was.
addEventListener("pageshow", () => [...sent.keys()].forEach(release));
