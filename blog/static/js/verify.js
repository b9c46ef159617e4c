// @ts-check
// The page that checks a ledger: fetches its export, or takes a file, and says what was found.

/** @typedef {import("./ledger.js").Found} Found */
/** @typedef {{ why: string, row: number | null, size: number | null }} Wrong */

/** @param {HTMLElement} section */
function offer(section) {
  const button = section.querySelector("button[data-start]");
  const input = section.querySelector("input[type=file]");
  const progress = section.querySelector("progress");
  const result = section.querySelector("[data-result]");
  const good = section.querySelector("template[data-good]");
  const bad = section.querySelector("template[data-bad]");
  if (!(button instanceof HTMLButtonElement) || !(input instanceof HTMLInputElement) || !progress || !result) return;
  /** @type {{ [why: string]: string }} */
  const words = JSON.parse(section.dataset.words ?? "{}");
  const number = new Intl.NumberFormat(document.documentElement.lang);

  /** Words with their numbers in them. @param {string} why @param {{ [name: string]: number | null }} [values] */
  const said = (why, values = {}) =>
    Object.entries(values).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, number.format(value ?? 0)),
      words[why] ?? words.file ?? "",
    );

  /** Show one of the notices of the page. @param {Element | null} template @param {string} text @param {[string, string][]} facts */
  const put = (template, text, facts = []) => {
    if (!(template instanceof HTMLTemplateElement)) return;
    const notice = document.importNode(template.content, true);
    const place = notice.querySelector("[data-text]");
    if (place) place.textContent = text;
    notice.querySelector("dl")?.append(...facts.map(([label, value]) => fact(label, value)));
    result.replaceChildren(notice);
  };

  /** @param {Found} found */
  const tellFound = (found) => {
    const winners = found.winners.map(({ prize, number }) => said("won", { prize, number })).join(" ");
    const sealed = found.isOver ? said("opened") : said("sealed");
    const who = found.isOver ? winners || said("nobody") : said("later");
    put(good, found.areSigned ? said("good") : said("unsigned"), [
      [said("rows"), number.format(found.rows)],
      [said("entries"), number.format(found.entries)],
      [said("checkpoints"), number.format(found.checkpoints)],
      [said("signatures"), found.areSigned ? said("signed") : said("not-signed")],
      [said("stamps"), number.format(found.stamps)],
      [said("seals"), sealed],
      [said("winners-title"), who],
    ]);
  };

  /** @param {Wrong} wrong */
  const tellWrong = ({ why, row, size }) => {
    put(bad, said(why === "unreadable" && row !== null ? "unreadable-row" : why, { row, size }));
  };

  /** @param {boolean} isBusy */
  const turn = (isBusy) => {
    button.disabled = isBusy;
    input.disabled = isBusy;
    progress.closest(".verify__progress")?.toggleAttribute("hidden", !isBusy);
  };

  /** @param {() => Promise<ArrayBuffer>} read */
  const check = async (read) => {
    result.replaceChildren();
    progress.value = 0;
    turn(true);
    try {
      const told = await checked(await read(), (done) => {
        progress.value = done;
      });
      if (told.found) tellFound(told.found);
      else tellWrong(told.fault ?? UNKNOWN);
    } catch (error) {
      tellWrong({ ...UNKNOWN, why: error instanceof NotFetched ? "fetch" : "file" });
    } finally {
      turn(false);
    }
  };

  button.addEventListener("click", () => check(() => fetched(section.dataset.export ?? "")));
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) check(() => file.arrayBuffer());
  });
}

/** @type {Wrong} */
const UNKNOWN = { why: "file", row: null, size: null };

class NotFetched extends Error {}

/** @param {string} address */
async function fetched(address) {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) throw new NotFetched();
  return answer.arrayBuffer();
}

/** What a worker says of a ledger: what it found, or what is wrong. It says meanwhile how far it is.
 * @param {ArrayBuffer} bytes @param {(done: number) => void} tell @returns {Promise<{ found?: Found, fault?: Wrong }>} */
function checked(bytes, tell) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(trusted(new URL("./checking.js", import.meta.url).href), { type: "module" });
    worker.addEventListener("error", () => {
      worker.terminate();
      reject(new Error("the worker failed"));
    });
    worker.addEventListener("message", ({ data }) => {
      if ("done" in data) tell(data.done);
      else {
        worker.terminate();
        resolve(data);
      }
    });
    worker.postMessage(bytes, [bytes]);
  });
}

/** An address of ours, as the policy of the page (trusted types) wants it where the browser knows that.
 * @param {string} address @returns {string} */
function trusted(address) {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  return types ? types.createPolicy("workers", { createScriptURL: () => address }).createScriptURL("") : address;
}

/** @param {string} label @param {string} value */
function fact(label, value) {
  const [row, name, content] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
  if (!row || !name || !content) throw new Error("there is no element");
  name.textContent = label;
  content.textContent = value;
  row.append(name, content);
  return row;
}

const section = document.querySelector("[data-verify]");
if (section instanceof HTMLElement) offer(section);
