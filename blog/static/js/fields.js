// @ts-check
// Fields that help while one fills them in: codes without spaces, files that are too large, passwords that can be read.

/** @param {HTMLInputElement} field */
function takeDigitsOnly(field) {
  const clean = () => {
    // Full-width digits, as a Japanese keyboard gives them, are digits too.
    const digits = field.value.normalize("NFKC").replace(/[^0-9]/g, "").slice(0, Number(field.dataset.code));
    if (digits !== field.value) field.value = digits;
  };
  // What is still being composed is not to be touched: it would be lost, or come twice.
  field.addEventListener("input", (event) => {
    if (!(event instanceof InputEvent && event.isComposing)) clean();
  });
  field.addEventListener("compositionend", clean);
}

/** Tell a file that is too large before it is sent; the form waits for another one.
 * @param {HTMLInputElement} field */
function weighFiles(field) {
  const message = document.getElementById(`${field.id}-size`);
  const words = message?.querySelector("[data-fault]");
  if (!message || !words) return;
  field.addEventListener("change", () => {
    const large = [...(field.files ?? [])].find((file) => file.size > Number(field.dataset.maxBytes));
    // Rounded up, so that the size that is told is never the size that fits.
    const size = (Math.ceil((large?.size ?? 0) / 1e5) / 10).toLocaleString(document.documentElement.lang);
    const text = large ? (message.dataset.words ?? "").replace("{name}", large.name).replace("{size}", size) : "";
    field.setCustomValidity(text);
    field.toggleAttribute("aria-invalid", text !== "");
    if (text) field.setAttribute("aria-invalid", "true");
    field.closest(".field")?.classList.toggle("field--wrong", text !== "");
    words.textContent = text;
    message.hidden = text === "";
  });
  field.form?.addEventListener("submit", (event) => {
    // A form that leaves the checks to us waits as well.
    if (field.validity.customError) {
      event.preventDefault();
      field.focus();
    }
  });
}

/** Two buttons beside a password: one shows it, the other hides it again.
 * @param {Element} place */
function offerToReveal(place) {
  const field = place.querySelector("input");
  const [show, hide] = place.querySelectorAll("button");
  if (!field || !show || !hide) return;
  const reveal = (/** @type {boolean} */ isShown) => {
    field.type = isShown ? "text" : "password";
    show.hidden = isShown;
    hide.hidden = !isShown;
  };
  show.addEventListener("click", () => {
    reveal(true);
    hide.focus();
  });
  hide.addEventListener("click", () => {
    reveal(false);
    show.focus();
  });
  // What is sent must be a password to the browser, or it would remember it as a word.
  field.form?.addEventListener("submit", () => reveal(false));
}

for (const field of document.querySelectorAll("[data-code]")) {
  if (field instanceof HTMLInputElement) takeDigitsOnly(field);
}
for (const field of document.querySelectorAll("[data-max-bytes]")) {
  if (field instanceof HTMLInputElement) weighFiles(field);
}
for (const place of document.querySelectorAll(".reveal")) offerToReveal(place);
