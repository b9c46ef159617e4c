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

/** Take notices away. */
function dismissNotices() {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-dismiss]") : null;
    if (!button) return;
    button.closest(".notice")?.remove();
    document.getElementById("content")?.focus({ preventScroll: true });
  });
}

/** Put a text on the clipboard and say so on the button. */
function copyTexts() {
  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
    if (!(button instanceof HTMLElement)) return;
    const words = button.querySelector("span");
    if (!words) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy ?? "");
    } catch {
      return;
    }
    const before = words.textContent;
    words.textContent = button.dataset.copied ?? "";
    button.classList.add("copy--done");
    setTimeout(() => {
      words.textContent = before;
      button.classList.remove("copy--done");
    }, 2500);
  });
}

/** Menus close when one clicks or moves elsewhere, and on Escape. */
function closeMenus() {
  const menus = [...document.querySelectorAll("details[data-menu]")];
  const close = (/** @type {Event} */ event) => {
    for (const menu of menus) {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.removeAttribute("open");
    }
  };
  document.addEventListener("click", close);
  document.addEventListener("focusin", close);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus) {
      if (!menu.hasAttribute("open")) continue;
      menu.removeAttribute("open");
      menu.querySelector("summary")?.focus();
    }
  });
}

offerThemes();
dismissNotices();
copyTexts();
closeMenus();
if (document.querySelector("[data-exercise]")) import("./exercise.js");
if (document.querySelector("[data-counter], [data-confirm], .form-errors")) import("./forms.js");
