// @ts-check
// The page that checks a ledger: fetches its export, or takes a file, and says what was found.

import { Fault, verify } from "./ledger.js";

/** @typedef {import("./ledger.js").Found} Found */

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

  /** @param {unknown} error */
  const tellFault = (error) => {
    if (!(error instanceof Fault)) {
      put(bad, said("file"));
      return;
    }
    const { why, row, size } = error;
    put(bad, said(why === "unreadable" && row !== null ? "unreadable-row" : why, { row, size }));
  };

  /** @param {() => Promise<ArrayBuffer>} read */
  const check = async (read) => {
    if (!globalThis.crypto?.subtle) {
      put(bad, said("insecure"));
      return;
    }
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
    input.disabled = true;
    result.replaceChildren();
    progress.value = 0;
    progress.parentElement?.removeAttribute("hidden");
    try {
      const bytes = await read();
      tellFound(await verify(bytes, (done) => {
        progress.value = done;
      }));
    } catch (error) {
      if (error instanceof TypeError && error.message === "fetch") put(bad, said("fetch"));
      else tellFault(error);
    } finally {
      progress.parentElement?.setAttribute("hidden", "");
      button.removeAttribute("aria-busy");
      button.disabled = false;
      input.disabled = false;
    }
  };

  button.addEventListener("click", () => check(() => fetched(section.dataset.export ?? "")));
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) check(() => file.arrayBuffer());
  });
}

/** @param {string} address */
async function fetched(address) {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) throw new TypeError("fetch");
  return answer.arrayBuffer();
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
