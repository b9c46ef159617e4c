// @ts-check
// Keeps what a reader writes in an exercise, in this browser and nowhere else.

const WAIT_MS = 400;

/** @param {HTMLElement} exercise */
function keep(exercise) {
  const status = exercise.querySelector("[data-exercise-status]");
  const clear = exercise.querySelector("[data-exercise-clear]");
  const fields = [...exercise.querySelectorAll("textarea[data-exercise-field]")].filter(
    (field) => field instanceof HTMLTextAreaElement,
  );
  const keyOf = (/** @type {HTMLTextAreaElement} */ field) =>
    `exercise/${exercise.dataset.exercise}/${field.dataset.exerciseField}`;
  const say = (/** @type {"saved" | "failed" | ""} */ state) => {
    if (!(status instanceof HTMLElement)) return;
    status.textContent = status.dataset[state] ?? "";
    status.classList.toggle("exercise__saved--failed", state === "failed");
  };
  const offerClear = () => {
    if (clear instanceof HTMLElement) clear.hidden = fields.every((field) => field.value === "");
  };
  const save = () => {
    try {
      for (const field of fields) {
        if (field.value) localStorage.setItem(keyOf(field), field.value);
        else localStorage.removeItem(keyOf(field));
      }
      say("saved");
    } catch {
      say("failed");
    }
    offerClear();
  };
  const grow = (/** @type {HTMLTextAreaElement} */ field) => {
    while (field.scrollHeight > field.clientHeight + 4 && field.rows < 40) field.rows += 1;
  };

  let timer = 0;
  for (const field of fields) {
    try {
      field.value = localStorage.getItem(keyOf(field)) ?? field.value;
    } catch {
      // Nothing was kept.
    }
    grow(field);
    field.addEventListener("input", () => {
      grow(field);
      say("");
      clearTimeout(timer);
      timer = setTimeout(save, WAIT_MS);
    });
  }
  addEventListener("pagehide", () => {
    if (timer) save();
  });
  clear?.addEventListener("click", () => {
    if (!(clear instanceof HTMLElement) || !confirm(clear.dataset.sure)) return;
    for (const field of fields) field.value = "";
    save();
    say("");
    fields[0]?.focus();
  });
  offerClear();
}

for (const exercise of document.querySelectorAll("[data-exercise]")) {
  if (exercise instanceof HTMLElement) keep(exercise);
}
