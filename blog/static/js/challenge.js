// @ts-check
// How many entries a challenge has just now, and how long it is still open. Without this the page says until when.

const ASK_EVERY = 30_000;
const LAST_HOUR = 3_600_000;

/** Ask how many there are. What has not changed comes from the browser's own cache. @param {HTMLElement} place */
async function ask(place) {
  const answer = await fetch(place.dataset.liveCount ?? "", { cache: "no-cache" }).catch(() => null);
  if (!answer?.ok) return;
  const now = await answer.json().catch(() => null);
  if (typeof now?.words !== "string" || place.textContent === now.words) return;
  place.textContent = now.words;
}

/** Two digits. @param {number} number */
const two = (number) => String(number).padStart(2, "0");

/** Say how long is left; only in the last hour, before that the page's own words are good enough.
 * @param {HTMLElement} place @returns {boolean} whether anything is left */
function count(place) {
  const left = Date.parse(place.dataset.closes ?? "") - Date.now();
  if (Number.isNaN(left)) return false;
  if (left <= 0) {
    place.textContent = place.dataset.over ?? "";
    return false;
  }
  if (left < LAST_HOUR) {
    const seconds = Math.floor(left / 1000);
    place.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  }
  return true;
}

/** @param {string} selector */
const all = (selector) => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(selector)]);

for (const place of all("[data-live-count]")) {
  setInterval(() => {
    // A page that nobody looks at asks nothing.
    if (!document.hidden) ask(place);
  }, ASK_EVERY);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask(place);
  });
}

for (const place of all("[data-closes]")) {
  if (count(place)) {
    const clock = setInterval(() => {
      if (!count(place)) clearInterval(clock);
    }, 1000);
  }
}
