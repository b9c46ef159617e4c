// @ts-check
// How many entries a challenge has just now, how long it is still open, and that it has closed. Without this the page says until when.

const ASK_EVERY = 30_000;
const LAST_HOUR = 3_600_000;

/** @param {string} selector @param {ParentNode} [within] */
const all = (selector, within = document) => /** @type {HTMLElement[]} */ ([...within.querySelectorAll(selector)]);

/** Ask how many there are. What has not changed comes from the browser's own cache. @param {HTMLElement} place */
async function ask(place) {
  const answer = await fetch(place.dataset.liveCount ?? "", { cache: "no-cache" }).catch(() => null);
  if (!answer?.ok) return;
  const now = await answer.json().catch(() => null);
  if (typeof now?.words !== "string") return;
  if (place.textContent !== now.words) place.textContent = now.words;
  if (now.phase !== "open") close(place);
}

/** Ask for no answer any more: whether it has closed says the server, for the clock of this device may be wrong.
 * @param {HTMLElement} place what counts its entries */
function close(place) {
  const challenge = place.closest(".challenge");
  if (!challenge) return;
  for (const part of all("[data-while-open]", challenge)) part.hidden = true;
  for (const clock of all("[data-closes]", challenge)) clock.textContent = clock.dataset.over ?? "";
}

/** Two digits. @param {number} number */
const two = (number) => String(number).padStart(2, "0");

/** Say how long is left; only in the last hour, before that the page's own words are good enough.
 * @param {HTMLElement} place @returns {boolean} whether anything is left */
function count(place) {
  const left = Date.parse(place.dataset.closes ?? "") - Date.now();
  if (Number.isNaN(left)) return false;
  if (left <= 0) {
    place.textContent = place.dataset.closing ?? "";
    const challenge = place.closest(".challenge");
    if (challenge) all("[data-live-count]", challenge).forEach(ask);
    return false;
  }
  if (left < LAST_HOUR) {
    const seconds = Math.floor(left / 1000);
    place.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  }
  return true;
}

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
