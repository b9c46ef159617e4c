// @ts-check
// A form that is on its way marks its button, and cannot be sent a second time.

/** An answer that never comes must not leave the form dead. */
const WAIT_MS = 15000;
/** What was pressed, and when the form may be sent again. @type {Map<HTMLFormElement, { button: HTMLElement | null, timer: number }>} */
const sent = new Map();

/** @param {HTMLFormElement} form */
function release(form) {
  const { button, timer } = sent.get(form) ?? {};
  clearTimeout(timer);
  sent.delete(form);
  button?.removeAttribute("aria-busy");
  button?.removeAttribute("aria-disabled");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
  // A button that sends nothing: the one that Enter presses where no other is meant.
  if (event.submitter?.getAttribute("formmethod") === "dialog") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  button?.setAttribute("aria-busy", "true");
  button?.setAttribute("aria-disabled", "true");
  sent.set(form, { button, timer: setTimeout(() => release(form), WAIT_MS) });
});
// Back from the next page, everything is as it was.
addEventListener("pageshow", () => [...sent.keys()].forEach(release));
