// @ts-check
// Lifts what folds open in place ([data-dialog]) into a modal <dialog>: Escape, the cross and a click beside it close it.

let count = 0;

/** @param {Element} place */
function lift(place) {
  const details = place.querySelector("details");
  const summary = details?.querySelector("summary");
  const panel = details?.querySelector(".confirm__panel");
  const title = panel?.querySelector(".confirm__title");
  if (!details || !summary || !panel || !title) return;
  const opener = document.createElement("button");
  opener.type = "button";
  opener.className = summary.className;
  opener.setAttribute("aria-haspopup", "dialog");
  opener.append(...summary.childNodes);
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  count += 1;
  title.id = `dialog-title-${count}`;
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(panel);
  place.replaceChildren(opener, dialog);
  opener.addEventListener("click", () => dialog.showModal());
  // A press that began inside (to select words) and ends beside it is no click beside it.
  let began = /** @type {EventTarget | null} */ (null);
  dialog.addEventListener("pointerdown", (event) => {
    began = event.target;
  });
  dialog.addEventListener("click", (event) => {
    const target = event.target;
    const isBeside = target === dialog && began === dialog;
    if (isBeside || (target instanceof Element && target.closest("[data-dialog-close]"))) dialog.close();
  });
  dialog.addEventListener("close", () => opener.focus());
  if (!details.open) return;
  dialog.showModal();
  // It came back with a fault: there one goes on, not at the way out.
  const wrong = dialog.querySelector("[aria-invalid=true]");
  if (wrong instanceof HTMLElement) wrong.focus();
}

for (const place of document.querySelectorAll("[data-dialog]")) lift(place);
