// @ts-check
// Toasts: short good news at the lower edge. The region stands in the page from the start, so what comes into it is read out.

const SHOWN_MS = 8000;
/** Screen readers need a moment to notice the region of a page that has just been loaded. */
const WAIT_MS = 200;
const region = document.querySelector("[data-toasts]");

/** Take it away after a while that does not count for whoever points at it or is in it.
 * @param {Element} toast */
function show(toast) {
  let timer = 0;
  const start = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!toast.matches(":hover, :focus-within")) toast.remove();
    }, SHOWN_MS);
  };
  for (const leaving of ["pointerleave", "focusout"]) toast.addEventListener(leaving, start);
  region?.append(toast);
  start();
}

/** Say something good in a word or two. @param {string} words */
export function say(words) {
  const form = region?.querySelector("template")?.content.firstElementChild;
  const toast = form?.cloneNode(true);
  const text = toast instanceof Element && toast.querySelector(".notice__body");
  if (!text) return;
  text.textContent = words;
  toast.classList.add("toast--new");
  show(toast);
}

const flashed = document.querySelectorAll("[data-flashed] > .toast");
if (flashed.length) setTimeout(() => flashed.forEach(show), WAIT_MS);
