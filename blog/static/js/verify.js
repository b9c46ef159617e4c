// @ts-check
// The page that checks a ledger: fetches its export, or takes a file, and says what was found.

/** @typedef {import("./ledger.js").Found} Found */
/** @typedef {import("./ledger.js").Given} Given */
/** @typedef {{ why: string, row: number | null, size: number | null, said?: { [name: string]: string } }} Wrong */

const MICROSECONDS = 1_000_000n;
/** From how many of them on a time is told in a unit. @type {[number, string][]} */
const UNITS = [
  [2 * 86_400, "day"],
  [2 * 3600, "hour"],
  [2 * 60, "minute"],
  [0, "second"],
];
/** @type {{ [unit: string]: number }} */
const SECONDS = { day: 86_400, hour: 3600, minute: 60, second: 1 };
const HOUR = 3600n * MICROSECONDS;
// Of a long ledger there are thousands of stamps, and of one that somebody has made up there may be as many of anything.
const MOST = 20;
// Of a checkpoint that somebody has kept: nothing is wrong as far as it can be seen, and nothing is shown.
const UNTOLD = ["kept-larger", "kept-newer-key", "kept-unchecked"];
// So much of a text that somebody else has written is shown of it.
const LONGEST = 500;

/** @param {HTMLElement} section */
function offer(section) {
  const button = section.querySelector("button[data-start]");
  const input = section.querySelector("input[type=file]");
  const kept = section.querySelector("textarea");
  const progress = section.querySelector("progress");
  const result = section.querySelector("[data-result]");
  const good = section.querySelector("template[data-good]");
  const bad = section.querySelector("template[data-bad]");
  const untold = section.querySelector("template[data-untold]");
  if (!(button instanceof HTMLButtonElement) || !(input instanceof HTMLInputElement) || !progress || !result) return;
  /** @type {{ [why: string]: string }} */
  const words = JSON.parse(section.dataset.words ?? "{}");
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language);
  // Days before months, as on the rest of the site.
  const instant = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    dateStyle: "long",
    timeStyle: "medium",
    timeZone: "UTC",
  });

  /** Words with what stands in them. @param {string} why @param {{ [name: string]: number | string | null }} [values] */
  const said = (why, values = {}) =>
    (words[why] ?? words.file ?? "").replace(/\{(\w+)\}/g, (whole, name) => {
      const value = Object.hasOwn(values, name) ? values[name] : whole;
      return typeof value === "string" ? value : number.format(value ?? 0);
    });

  /** @param {string} text */
  const moment = (text) => `${instant.format(new Date(`${text.slice(0, 19)}Z`))} UTC`;

  /** So long, in the unit that fits it. @param {bigint} microseconds */
  const duration = (microseconds) => {
    const seconds = Math.max(0, Number(microseconds / MICROSECONDS));
    const unit = UNITS.find(([from]) => seconds >= from)?.[1] ?? "second";
    const form = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" });
    return form.format(Math.floor(seconds / (SECONDS[unit] ?? 1)));
  };

  /** Show one of the notices of the page. @param {Element | null} template @param {string} text @param {[string, string[]][]} facts */
  const put = (template, text, facts = []) => {
    if (!(template instanceof HTMLTemplateElement)) return;
    const notice = document.importNode(template.content, true);
    const place = notice.querySelector("[data-text]");
    if (place) place.textContent = text;
    notice.querySelector("dl")?.append(...facts.map(([label, values]) => fact(label, values)));
    result.replaceChildren(notice);
  };

  /** By whose verdict somebody has won. @param {Found["winners"][number]} winner */
  const decided = ({ number: entry, by }) => {
    const judges = by.map((judge) => (judge === "rule" ? said("judge-rule") : judge));
    return said("found-by", { number: entry, by: new Intl.ListFormat(language).format(judges) });
  };

  /** How it has ended, and why. @param {string} how @param {Found["ending"]} ending */
  const ended = (how, ending) => {
    if (!ending) return [];
    const { row, at, reason } = ending;
    const lines = [said("ended-by", { how: said(`how-${how}`), row, at: moment(at) })];
    return reason === null ? lines : [...lines, said("reason", { reason: reason.slice(0, LONGEST) })];
  };

  /** Who wins, or why nobody does. @param {Found} found */
  const outcome = ({ isOver, how, winners, undecided }) => {
    if (!isOver) return [said("later")];
    if (winners.length) return some(winners.map(({ prize, number }) => said("won", { prize, number })));
    if (how === "cancelled") return [said("cancelled")];
    return [said(undecided ? "undecided" : "nobody")];
  };

  /** What authorities have seen, the newest first. @param {Found} found */
  const witnesses = ({ stamps }) => {
    const lines = stamps.map(({ authority, size, at, late }) => {
      // Most say a second, and no part of it: that alone makes nobody earlier.
      const isEarlier = late <= -MICROSECONDS;
      const why = isEarlier ? "stamp-before" : late > HOUR ? "stamp-late" : "stamp-seen";
      return said(why, { authority, size, at: moment(at), late: duration(isEarlier ? -late : late) });
    });
    return lines.length ? [...some(lines.reverse()), said("stamps-unsigned")] : [said("stamps-none")];
  };

  /** Not more lines than somebody reads. @param {string[]} lines */
  const some = (lines) =>
    lines.length > MOST ? [...lines.slice(0, MOST), said("more", { count: lines.length - MOST })] : lines;

  /** What of the terms is another. @param {import("./contest.js").Change} change @param {number[]} less */
  const changed = ({ name: term, before, now }, less) => {
    const name = Object.hasOwn(words, `term-${term}`) ? said(`term-${term}`) : term;
    if (term === "prizes" && less.length) return said("worth-less", { name, ranks: some(less.map(String)).join(", ") });
    const [was, is] = [before, now].map((value) => {
      if (value === null) return said("value-none");
      if (typeof value === "number") return number.format(value);
      return term === "closes_at" ? moment(String(value)) : "";
    });
    return was && is ? said("change", { name, before: was, now: is }) : name;
  };

  /** Other terms than before. @param {Found["amendments"]} amendments */
  const amended = (amendments) =>
    amendments.map(({ row, at, reason, rejudge, isKnown, changes, less }) => {
      const names = some(changes.map((change) => changed(change, less)));
      if (!isKnown) names.push(said("changes-sealed"));
      const verdicts = said(rejudge ? "verdicts-gone" : "verdicts-stay");
      const what = names.join(", ") || said("changes-none");
      const why = said("reason", { reason: reason.slice(0, LONGEST) });
      return said("amendment", { row, at: moment(at), changes: what, verdicts, reason: why });
    });

  /** @param {Found["early"]} early */
  const closedEarly = (early) => {
    if (!early) return [];
    const { row, promised, closes } = early;
    return [said("closed-early", { row, at: moment(closes), promised: moment(promised) })];
  };

  /** What is worth telling of any ledger. @param {Found} found @returns {[string, string[]][]} */
  const factsOf = (found) => [
    [said("origin"), [found.origin]],
    [said("keys"), some(found.keys.map(({ name, fingerprint, row }) => said("key-from", { name, fingerprint, row })))],
    [said("rows"), [number.format(found.rows)]],
    [said("entries"), [number.format(found.entries)]],
    [said("checkpoints"), [number.format(found.checkpoints)]],
    [said("last"), [moment(found.last), ...(found.isOlder ? [said("older")] : [])]],
    [said("wait"), [said("waited", { row: found.wait.row, time: duration(found.wait.time) })]],
    [said("signatures"), [found.areSigned ? said("signed") : said("not-signed")]],
    [said("stamps"), witnesses(found)],
    [said("seals"), [found.isOver ? said("opened") : said("sealed")]],
    [said("winners-title"), outcome(found)],
  ];

  /** @param {number} total */
  const count = (total) => (total ? [number.format(total)] : []);

  /** The numbers of entries. @param {number[]} which */
  const numbers = (which) => {
    const named = which.slice(0, MOST).map((each) => number.format(each));
    const more = which.length - named.length;
    return [...(named.length ? [named.join(", ")] : []), ...(more ? [said("more", { count: more })] : [])];
  };

  /** @param {import("./ledger.js").Begun} begun */
  const begunLate = ({ at, opened, before }) => [
    said("begun-later", { at: moment(at), opened: moment(opened) }),
    ...(before ? [said("begun-before", { count: before })] : []),
  ];

  /** What is told only where there is something of it. @param {Found} found @returns {[string, string[]][]} */
  const remarksOn = ({ back, undecided, inTime, stamps, amendments, how, ending, early, winners, kept: size, losses, ...found }) => [
    [said("begun"), found.begun ? begunLate(found.begun) : []],
    [said("found-by-title"), some(winners.map(decided))],
    [said("ending"), ended(how, ending)],
    [said("closed-early-title"), closedEarly(early)],
    [said("amendments"), some(amended(amendments))],
    [
      said("losses"),
      some(losses.map(({ row, size: rows, at, reason }) => said("loss", { row, size: rows, at: moment(at), reason }))),
    ],
    [said("late-stamps"), count(stamps.filter(({ late }) => late > HOUR).length)],
    [
      said("back"),
      some(
        back.map(({ prize, number, step, by, at }) =>
          said("came-back", { prize, number, step: said(`step-${step}`), by: said(`by-${by}`), at: moment(at) }),
        ),
      ),
    ],
    [said("undecided-title"), count(undecided)],
    [said("in-time"), count(inTime)],
    [said("turned"), numbers(found.turned)],
    [said("restated"), numbers(found.restated)],
    [said("disqualified"), numbers(found.disqualified)],
    [said("nameless"), numbers(found.nameless)],
    [said("kept"), size ? [said("kept-fits", { size })] : []],
  ];

  /** @param {Found} found */
  const tellFound = (found) => {
    const remarks = remarksOn(found).filter(([, lines]) => lines.length);
    put(good, found.areSigned ? said("good") : said("unsigned"), [...factsOf(found), ...remarks]);
  };

  /** @param {Wrong} wrong */
  const tellWrong = ({ why, row, size, said: quoted }) => {
    const ofRow = `${why}-row`;
    const notice = UNTOLD.includes(why) ? untold : bad;
    put(notice, said(row !== null && Object.hasOwn(words, ofRow) ? ofRow : why, { row, size, ...quoted }));
  };

  let isBusy = false;
  /** Not `disabled`: that would take the focus away from whoever has pressed it. @param {boolean} isNowBusy */
  const turn = (isNowBusy) => {
    isBusy = isNowBusy;
    for (const way of [button, input]) way.setAttribute("aria-disabled", String(isBusy));
    progress.closest(".verify__progress")?.toggleAttribute("hidden", !isBusy);
  };

  /** @param {() => Promise<ArrayBuffer>} read */
  const check = async (read) => {
    if (isBusy) return;
    result.replaceChildren();
    progress.value = 0;
    turn(true);
    try {
      const given = { own: JSON.parse(section.dataset.own ?? "null"), kept: kept?.value.trim() ?? "" };
      const told = await checked(await read(), given, (done) => {
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
  for (const way of ["click", "drop"]) {
    input.addEventListener(way, (event) => {
      if (isBusy) event.preventDefault();
      // The same file may be chosen once more, with another checkpoint.
      else input.value = "";
    });
  }
  const checkFile = () => {
    const file = input.files?.[0];
    if (file) check(() => file.arrayBuffer());
  };
  input.addEventListener("change", checkFile);
  // It may have been chosen before this script was here.
  checkFile();
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
 * @param {ArrayBuffer} bytes @param {Given} given @param {(done: number) => void} tell @returns {Promise<{ found?: Found, fault?: Wrong }>} */
function checked(bytes, given, tell) {
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
    worker.postMessage({ bytes, ...given }, [bytes]);
  });
}

/** An address of ours, as the policy of the page (trusted types) wants it where the browser knows that.
 * @param {string} address @returns {string} */
function trusted(address) {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  return types ? types.createPolicy("workers", { createScriptURL: () => address }).createScriptURL("") : address;
}

/** @param {string} label @param {string[]} values */
function fact(label, values) {
  const [row, name] = ["div", "dt"].map((tag) => document.createElement(tag));
  if (!row || !name) throw new Error("there is no element");
  name.textContent = label;
  row.append(name, ...values.map(content));
  return row;
}

/** @param {string} value */
function content(value) {
  const element = document.createElement("dd");
  element.textContent = value;
  return element;
}

const section = document.querySelector("[data-verify]");
if (section instanceof HTMLElement) offer(section);
