// @ts-check
// The desk's editor: shows the text as readers will see it while it is typed, and warns before it is lost.

const WAIT_MS = 400;

/** Ask for the preview. The browser parses the answer itself, so that no script ever handles HTML as a string.
 * @param {HTMLFormElement} form
 * @param {(page: Document) => void} show
 * @param {() => void} fail */
function previewer(form, show, fail) {
  const request = new XMLHttpRequest();
  request.responseType = "document";
  request.addEventListener("load", () => {
    if (request.status === 200 && request.responseXML) show(request.responseXML);
    else fail();
  });
  // Without a network there is nothing to go to: the text stays, and the last preview.
  return () => {
    request.abort();
    request.open("POST", form.dataset.preview ?? "");
    request.send(new FormData(form));
  };
}

/** Bring whoever asked for something below to it. @param {HTMLElement} title */
function goTo(title) {
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  title.focus({ preventScroll: true });
  title.scrollIntoView({ behavior: isStill ? "auto" : "smooth" });
}

/** Keep the preview below the form as new as the text; the button goes there.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} section */
function preview(form, section) {
  const content = section.querySelector("#preview-content");
  const title = document.getElementById("preview-title");
  const button = form.querySelector("button[value=preview]");
  if (!content || !title || !(button instanceof HTMLButtonElement)) return;
  let isAwaited = false;
  const ask = previewer(
    form,
    (page) => {
      content.replaceChildren(...[...page.body.children].map((child) => document.importNode(child, true)));
      section.hidden = false;
      if (isAwaited) goTo(title);
      isAwaited = false;
    },
    () => {
      // Then the server says on a page of its own what is the matter, and gives the words back.
      if (isAwaited) form.requestSubmit(button);
      isAwaited = false;
    },
  );
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    // Who types on is not taken away from the text.
    isAwaited = false;
    timer = setTimeout(ask, WAIT_MS);
  });
  button.addEventListener("click", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    isAwaited = true;
    ask();
  });
}

/** @param {HTMLFormElement} form */
function fingerprint(form) {
  return JSON.stringify([...new FormData(form)].filter(([name]) => name !== "csrf_token"));
}

/** Ask before the page is left with something in the form that is not stored.
 * @param {HTMLFormElement} form */
function warnBeforeLeaving(form) {
  const stored = "unsaved" in form.dataset ? null : fingerprint(form);
  let isSending = false;
  form.addEventListener("submit", () => {
    isSending = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSending && fingerprint(form) !== stored) event.preventDefault();
  });
}

const form = document.getElementById("article-form");
const section = document.getElementById("preview");
if (form instanceof HTMLFormElement && section) {
  preview(form, section);
  warnBeforeLeaving(form);
}
