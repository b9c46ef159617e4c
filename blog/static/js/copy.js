// @ts-check
// Puts a text on the clipboard and says so.

import { say } from "./toast.js";

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  if (!(button instanceof HTMLElement)) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
    say(button.dataset.copied ?? "");
  } catch {
    // Not allowed here: the text stands beside the button, ready to be copied by hand.
    if (button.previousElementSibling) getSelection()?.selectAllChildren(button.previousElementSibling);
  }
});
