// @ts-check
// Work by keyboard. An element with data-key is followed, pressed or focused by that key, or by any of several ("c g"); J and
// K move through the links of a list with data-queue. Whoever dictates or leans on a key switches it off (WCAG 2.1.4); this device remembers that.

const STORE = "keys";
const TYPING =
  'textarea, select, [contenteditable], input:not([type="button"], [type="submit"], [type="checkbox"], [type="radio"])';

let isOff = false;
/** The button that waits for what is typed in its field: Enter there presses it. @type {HTMLElement | null} */
let pending = null;
// Once a key has sent or left the page, the next ones are meant for the page that comes.
let isLeaving = false;
/** If no page comes (a download, an answer that is lost), keys must not stay dead. */
const WAIT_MS = 15000;

/** Whether the key belongs to what has the focus, or to the browser.
 * @param {KeyboardEvent} event */
function isTaken(event) {
  const { ctrlKey, altKey, metaKey, shiftKey, isComposing } = event;
  if (event.defaultPrevented || ctrlKey || altKey || metaKey || shiftKey || isComposing) return true;
  if (event.target instanceof Element && event.target.closest(TYPING)) return true;
  return document.querySelector("dialog[open]") !== null;
}

/** The element that a key stands for, if it is to be seen.
 * @param {string} key */
function elementOf(key) {
  const all = [...document.querySelectorAll("[data-key]")];
  return all.find((one) => one instanceof HTMLElement && isKeyOf(one, key) && one.offsetParent !== null);
}

/** @param {HTMLElement} element @param {string} key */
function isKeyOf(element, key) {
  return (element.dataset.key ?? "").split(" ").includes(key);
}

/** Follow a link, press a button, unfold, or go into a field.
 * @param {Element} element */
function use(element) {
  if (!(element instanceof HTMLElement)) return;
  const needed = document.getElementById(element.dataset.needs ?? "");
  if (element.matches(TYPING)) element.focus();
  else if (needed instanceof HTMLTextAreaElement && needed.value.trim() === "") {
    needed.closest("details")?.setAttribute("open", "");
    needed.focus();
    wait(element);
    // Where the window is so low that the bar does not stay in sight by itself; where it does, nothing moves.
    element.closest(".verdict-bar")?.scrollIntoView({ block: "nearest" });
  } else {
    // Who hears the page is told what a key has ticked: by where the focus is.
    if (element.matches('[type="checkbox"]')) element.focus();
    isLeaving = element.matches('a:not([href^="#"]), [type="submit"]');
    setTimeout(() => {
      isLeaving = false;
    }, WAIT_MS);
    element.click();
    // What it has unfolded or ticked is to be seen, whatever stays in sight below.
    element.closest("details, .rubric__item, .same")?.scrollIntoView({ block: "nearest" });
  }
}

/** Let a button wait for its field, and say so; or none. The line keeps its room once it has been there: whoever leaves the
 * field by pressing a button must find that button where it was until they let go.
 * @param {HTMLElement | null} element */
function wait(element) {
  pending = element;
  const status = document.querySelector("[data-pending]");
  if (!(status instanceof HTMLElement)) return;
  const verdict = element?.querySelector("span")?.textContent ?? "";
  status.textContent = element ? (status.dataset.pending ?? "").replace("{verdict}", verdict) : "";
  if (!element) return;
  status.dataset.spoken = "";
  status.style.minBlockSize = `${status.offsetHeight}px`;
}

/** Enter in the field of the button that waits presses it.
 * @param {KeyboardEvent} event */
function gives(event) {
  const { ctrlKey, altKey, metaKey, shiftKey, isComposing, target } = event;
  if (event.key !== "Enter" || ctrlKey || altKey || metaKey || shiftKey || isComposing || !pending) return false;
  return target instanceof HTMLTextAreaElement && target.id === pending.dataset.needs && target.value.trim() !== "";
}

/** Move the focus between the links of a list.
 * @param {number} step */
function walk(step) {
  const links = [...document.querySelectorAll("[data-queue] a")].filter((link) => link instanceof HTMLElement);
  const place = links.findIndex((link) => link === document.activeElement);
  links[place < 0 ? 0 : Math.min(Math.max(place + step, 0), links.length - 1)]?.focus();
}

/** @param {KeyboardEvent} event */
function answer(event) {
  if (isOff || isLeaving) return;
  if (gives(event) && pending) {
    event.preventDefault();
    use(pending);
    return;
  }
  const focused = document.activeElement;
  // Out of the field, so that keys work again; what was typed stays.
  if (event.key === "Escape" && focused instanceof HTMLElement && focused.matches(TYPING)) focused.blur();
  if (isTaken(event)) return;
  const key = event.key.toLowerCase();
  const element = elementOf(key);
  const steps = new Map([["j", 1], ["k", -1]]);
  if (!element && !steps.has(key)) return;
  event.preventDefault();
  if (!element) walk(steps.get(key) ?? 0);
  else if (!event.repeat) use(element);
}

/** Say everywhere whether keys work.
 * @param {HTMLElement} button @param {DOMStringMap} words */
function show(button, words) {
  document.documentElement.toggleAttribute("data-keys-off", isOff);
  button.textContent = (isOff ? words.on : words.off) ?? "";
  for (const element of document.querySelectorAll("[data-key]")) {
    if (isOff) element.removeAttribute("aria-keyshortcuts");
    else if (element instanceof HTMLElement) element.setAttribute("aria-keyshortcuts", element.dataset.key ?? "");
  }
}

/** Nothing that has the focus, or is scrolled to, goes below the bar: however high it is.
 * @param {HTMLElement} bar */
function keepClearOf(bar) {
  const tell = () => document.documentElement.style.setProperty("--verdict-bar", `${bar.offsetHeight}px`);
  new ResizeObserver(tell).observe(bar);
}

const bar = document.querySelector(".verdict-bar");
if (bar instanceof HTMLElement) keepClearOf(bar);
const legend = document.querySelector("[data-keys]");
const button = document.querySelector("[data-keys-switch]");
if (legend instanceof HTMLElement && button instanceof HTMLElement) {
  try {
    isOff = localStorage.getItem(STORE) === "off";
  } catch {
    // Storage is switched off: keys work on every page until they are switched off there.
  }
  show(button, legend.dataset);
  button.addEventListener("click", () => {
    isOff = !isOff;
    try {
      if (isOff) localStorage.setItem(STORE, "off");
      else localStorage.removeItem(STORE);
    } catch {
      // Then it holds for this page only.
    }
    show(button, legend.dataset);
  });
  document.addEventListener("keydown", answer);
  // Whoever leaves the field has taken it back.
  document.addEventListener("focusout", () => wait(null));
  const tried = document.querySelector("[data-tried]");
  if (!isOff && tried instanceof HTMLElement && document.activeElement?.id === tried.dataset.needs) wait(tried);
  // A page that comes back from the browser's memory was not left after all.
  addEventListener("pageshow", () => {
    isLeaving = false;
  });
}
