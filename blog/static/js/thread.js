// @ts-check
// Marks the comment that an answer belongs to, while one points at its "in answer to …" or comes there by keyboard.

/** @param {Event} event */
function point(event) {
  const link = event.target instanceof Element ? event.target.closest("a[data-points]") : null;
  if (!(link instanceof HTMLAnchorElement)) return;
  const isThere = event.type === "pointerover" || event.type === "focusin";
  document.getElementById(link.hash.slice(1))?.classList.toggle("comment--pointed", isThere);
}

for (const type of ["pointerover", "pointerout", "focusin", "focusout"]) document.addEventListener(type, point);
