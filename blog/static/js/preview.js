// @ts-check
// The desk's editor: shows the text as readers will see it while it is typed, and warns before it is lost.

const WAIT_MS = 400;

/** Ask for the preview. The browser parses the answer itself, so that no script ever handles HTML as a string.
 * @param {HTMLFormElement} form
 * @param {(page: Document) => void} show */
function previewer(form, show) {
  const request = new XMLHttpRequest();
  request.responseType = "document";
  request.addEventListener("load", () => {
    if (request.status === 200 && request.responseXML) show(request.responseXML);
  });
  return () => {
    request.abort();
    request.open("POST", form.dataset.preview ?? "");
    request.send(new FormData(form));
  };
}

/** Keep the preview below the form as new as the text.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} section */
function previewWhileTyping(form, section) {
  const content = section.querySelector("#preview-content");
  if (!content) return;
  const ask = previewer(form, (page) => {
    content.replaceChildren(...[...page.body.children].map((child) => document.importNode(child, true)));
    section.hidden = false;
  });
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
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
  previewWhileTyping(form, section);
  warnBeforeLeaving(form);
}
