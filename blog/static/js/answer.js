// @ts-check
// Opens the form for an answer below the comment that it answers. Without this the link leads to a page with the form.

const composer = document.querySelector("form#composer");
const words = document.querySelector("[data-answer-words]");

/** A key that no other form has: sending this form twice posts one comment. */
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(24))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Give every control of a copied form an id of its own, and its label and its hint too.
 * @param {HTMLElement} form @param {string} suffix */
function rename(form, suffix) {
  for (const element of form.querySelectorAll("[id]")) element.id += suffix;
  for (const label of form.querySelectorAll("label[for]")) label.setAttribute("for", label.getAttribute("for") + suffix);
  for (const control of form.querySelectorAll("[aria-describedby]")) {
    const hints = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => !id.endsWith("-error"));
    control.setAttribute("aria-describedby", hints.map((id) => id + suffix).join(" "));
  }
  form.id += suffix;
}

/** The form for an answer: a copy of the one below the thread, which holds the token already.
 * @param {HTMLFormElement} original @param {HTMLAnchorElement} link @param {DOMStringMap} text */
function answerForm(original, link, text) {
  const form = /** @type {HTMLFormElement} */ (original.cloneNode(true));
  const comment = link.closest(".comment");
  rename(form, `-${comment?.id}`);
  form.action = link.href;
  form.querySelector(".form-errors")?.remove();
  for (const error of form.querySelectorAll(".field__error")) error.remove();
  for (const field of form.querySelectorAll(".field--wrong")) field.classList.remove("field--wrong");
  const body = form.querySelector("textarea");
  const key = form.querySelector("input[name=submission_key]");
  if (!body || !(key instanceof HTMLInputElement)) return null;
  body.value = "";
  body.removeAttribute("aria-invalid");
  body.removeAttribute("autofocus");
  key.value = newKey();
  const label = form.querySelector("label");
  if (label) label.textContent = text.label ?? "";
  const head = form.querySelector(".composer__head p");
  if (head) head.textContent = (text.head ?? "").replace("{other}", link.dataset.answer ?? "");
  const submit = form.querySelector("button span");
  if (submit) submit.textContent = text.submit ?? "";
  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.className = "button button--quiet";
  cancel.textContent = text.cancel ?? "";
  form.querySelector(".form-actions")?.append(cancel);
  const fold = () => {
    // Folded, not thrown away: what was typed is there when it is opened again.
    form.hidden = true;
    link.setAttribute("aria-expanded", "false");
    link.focus();
  };
  cancel.addEventListener("click", fold);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") fold();
  });
  return form;
}

/** @type {Map<HTMLAnchorElement, HTMLFormElement>} */
const forms = new Map();

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-answer]") : null;
  if (!(link instanceof HTMLAnchorElement) || !(composer instanceof HTMLFormElement)) return;
  if (!(words instanceof HTMLElement) || event.metaKey || event.ctrlKey || event.shiftKey) return;
  let form = forms.get(link);
  if (!form) {
    const made = answerForm(composer, link, words.dataset);
    if (!made) return;
    form = made;
    forms.set(link, form);
    link.closest(".comment__box")?.append(form);
    // The characters that are left are counted anew.
    form.querySelector("textarea")?.dispatchEvent(new Event("input", { bubbles: true }));
  }
  event.preventDefault();
  form.hidden = false;
  link.setAttribute("aria-expanded", "true");
  form.querySelector("textarea")?.focus();
});
