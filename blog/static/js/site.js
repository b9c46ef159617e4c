// @ts-check
// What every page has; the rest is fetched where a page asks for it by a data attribute.

/** Remember light or dark on this device; "system" forgets it. */
function offerThemes() {
  const group = document.querySelector("[data-theme-choice]");
  if (!group) return;
  const buttons = [...group.querySelectorAll("button")];
  const show = () => {
    const current = document.documentElement.dataset.theme ?? "system";
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === current));
  };
  group.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    if (button.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = button.value;
    try {
      if (button.value === "system") localStorage.removeItem("theme");
      else localStorage.setItem("theme", button.value);
    } catch {
      // Then it holds for this page only.
    }
    show();
  });
  show();
}

/** Take notices away; whoever came to one from a button or a field goes back there. */
function dismissNotices() {
  /** @type {Element | null} */
  let before = null;
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof Element && !event.target.closest("[data-dismiss]")) before = event.target;
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-dismiss]") : null;
    if (!button) return;
    button.closest(".notice")?.remove();
    const goal = before?.isConnected ? before : document.getElementById("content");
    if (goal instanceof HTMLElement) goal.focus({ preventScroll: true });
  });
}

/** Whether the page has such an element. @param {string} selector */
const has = (selector) => document.querySelector(selector) !== null;

offerThemes();
dismissNotices();
if (has("[data-menu]")) import("./menu.js");
if (has("[data-dialog]")) import("./dialog.js");
if (has("[data-flashed]")) import("./toast.js");
if (has("[data-copy]")) import("./copy.js");
if (has("[data-print]")) import("./print.js");
if (has("[data-exercise]")) import("./exercise.js");
if (has("[data-live-count], [data-closes]")) import("./challenge.js");
if (has("[data-counter], .form-errors, .field--wrong")) import("./forms.js");
if (has("[data-code], [data-max-bytes], .reveal")) import("./fields.js");
if (has("form[method=post]")) import("./sending.js");
if (has("[data-passkey]")) import("./passkey.js");
if (has("[data-keys]")) import("./keys.js");
if (has("[data-verify]")) import("./verify.js");
