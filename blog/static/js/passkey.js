// @ts-check
// Passkeys. A form with data-passkey="use" or "new" asks the server (data-options) what is to be signed, lets the device sign it,
// and is then sent with the answer in it. Where the browser cannot, [data-passkey-missing] beside it says so.

/** Web Authentication Level 3 has JSON on both sides; TypeScript does not know it yet.
 * @typedef {{ parseCreationOptionsFromJSON?: (json: unknown) => PublicKeyCredentialCreationOptions,
 *             parseRequestOptionsFromJSON?: (json: unknown) => PublicKeyCredentialRequestOptions }} Parsers */

const maker = "PublicKeyCredential" in window ? PublicKeyCredential : undefined;
const parsers = /** @type {Parsers | undefined} */ (/** @type {unknown} */ (maker));
const isAble = parsers?.parseCreationOptionsFromJSON !== undefined && parsers.parseRequestOptionsFromJSON !== undefined;

/** Ask the device. @param {boolean} isNew @param {unknown} json */
function ask(isNew, json) {
  return isNew
    ? navigator.credentials.create({ publicKey: parsers?.parseCreationOptionsFromJSON?.(json) })
    : navigator.credentials.get({ publicKey: parsers?.parseRequestOptionsFromJSON?.(json) });
}

/** Say in the place of the form what went wrong; nothing while it goes well.
 * @param {HTMLFormElement} form @param {string | undefined} words */
function tell(form, words) {
  const place = form.querySelector("[data-passkey-fault]");
  if (!(place instanceof HTMLElement)) return;
  place.hidden = !words;
  place.textContent = words ?? "";
}

/** @param {HTMLFormElement} form */
async function run(form) {
  const field = form.elements.namedItem("credential");
  const button = form.querySelector("button[type=submit]");
  if (!(field instanceof HTMLInputElement)) return;
  tell(form, undefined);
  button?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.options ?? "", { redirect: "manual", headers: { accept: "application/json" } });
    // Asked who one is first: the page itself leads there, and back.
    if (answer.type === "opaqueredirect") return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const made = await ask(form.dataset.passkey === "new", await answer.json());
    if (!(made instanceof PublicKeyCredential)) throw new Error("nothing was made");
    field.value = JSON.stringify(made.toJSON());
    form.submit();
  } catch (error) {
    button?.removeAttribute("aria-busy");
    // Turned away by the person, or not there in time: the browser does not say which (WebAuthn, 14.5.1).
    const name = error instanceof DOMException ? error.name : "";
    tell(form, name === "InvalidStateError" ? form.dataset.known : form.dataset.failed);
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  if (isAble) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      // Not what holds back a form that is sent twice: this one is sent once the device has answered.
      event.stopImmediatePropagation();
      if (form.reportValidity()) run(form);
    });
  }
  form.hidden = !isAble;
  // Only now: pressed before there is anybody to ask the device, its button would send nothing.
  form.dataset.ready = "";
  const missing = form.parentElement?.querySelector("[data-passkey-missing]");
  if (missing instanceof HTMLElement) missing.hidden = isAble;
}
