// @ts-check
// Menus close when one clicks or moves elsewhere, and on Escape.

const menus = [...document.querySelectorAll("details[data-menu]")];

/** @param {Event} event */
function closeOthers(event) {
  for (const menu of menus) {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.removeAttribute("open");
  }
}

document.addEventListener("click", closeOthers);
document.addEventListener("focusin", closeOthers);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) {
    if (!menu.hasAttribute("open")) continue;
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
  }
});
