// @ts-check
// Checks the export of a challenge's ledger as docs/ledger.md says it, by itself: nothing here asks the server anything.

import { base64, hex, unbase64, unhex, utf8 } from "./bytes.js";
import { Contest } from "./contest.js";
import { Fault } from "./faults.js";
import { microseconds } from "./instants.js";
import { fingerprintOf, isSigned, keyOf, noteOf } from "./ledger-keys.js";
import { fits, isItem, isLeaf, OPENING, STAMP } from "./ledger-rows.js";
import { sha256 } from "./sha256.js";
import { seenIn } from "./stamps.js";

export { Fault };

/** @typedef {import("./ledger-rows.js").Json} Json */
/** @typedef {import("./ledger-rows.js").Item} Item */
/** @typedef {import("./ledger-keys.js").Note} Note */
/** @typedef {import("./ledger-keys.js").Key} Key */
/** A checkpoint with what authorities have said of it. @typedef {{ note: Note, text: string, stamps: Item[] }} Checkpoint */
/** What the page knows of its own ledger: a file of another one is refused.
 * @typedef {{ origin: string, key: string, note: string }} Own */
/** `kept`: a checkpoint that somebody has kept, or "". @typedef {{ own?: Own | null, kept?: string }} Given */
/** A key of a ledger, and the row from which it signs. @typedef {{ name: string, fingerprint: string, row: number }} Signing */
/** Who has stamped a checkpoint: `at` in text, `late` in microseconds after the checkpoint.
 * @typedef {{ authority: string, size: number, at: string, late: bigint }} Seen */
/** A ledger that was begun long after its challenge had opened, or after entries of it, and how many entries are said to have come before it was.
 * @typedef {{ at: string, opened: string, before: number }} Begun */
/** `wait`: the longest time, in microseconds, for which a row had no checkpoint yet, and that row. `kept`: the size of
 * the checkpoint that was kept. @typedef {import("./contest.js").Outcome & { origin: string, keys: Signing[], rows: number,
 *   checkpoints: number, last: string, areSigned: boolean, stamps: Seen[], begun: Begun | null, wait: { time: bigint, row: number },
 *   kept: number | null, isOlder: boolean }} Found */

const FORMAT = "rejoinder-ledger-1";
// After so many rows it says how far it is.
const LOT = 500;
// A value holds values, and those hold values: deeper than this nothing goes.
const DEEPEST = 32;
// The clocks of others need not agree with ours to the second.
const CLOCKS = 5n * 60_000_000n;
// So much later than its challenge was opened a ledger is begun that was not begun by that.
const BEGUN_LATE = 60_000_000n;
// No word of a note has a space in it. In a file of JSON its lines end in a backslash and an n, and the dash may be
// written by its number.
const DASH_IN_JSON = /\\u2014/g;
const BETWEEN_WORDS = /(?:[ \t\r\n\u00a0\ufeff]|\\r|\\n)+/;
const NOTE_IN_RECEIPT = /"note"[ \t\r\n]*:[ \t\r\n]*"([^"]*)"/;
const COMMITMENT = utf8("rejoinder commitment v1\n");

/** Check all of an export. Says meanwhile how far it is, from 0 to 1. Throws a `Fault`.
 * @param {ArrayBuffer} bytes @param {(done: number) => void} tell @param {Given} [given] @returns {Promise<Found>} */
export async function verify(bytes, tell, { own = null, kept = "" } = {}) {
  const mine = own ? noteOf(own.note) : null;
  const theirs = kept ? keptNote(kept) : null;
  const { rows, leaves, checkpoints, isText } = read(bytes);
  const sizes = new Set([...checkpoints.map(({ note }) => note), mine, theirs].map((note) => note?.size ?? 0));
  const roots = hashed(rows, leaves, sizes, (done) => tell(done / 2));
  if (own) belongs(own, leaves);
  opened(rows, leaves);
  const keys = keysIn(leaves);
  const areSigned = await witnessed(leaves, keys, checkpoints, roots, (done) => tell((1 + done) / 2));
  const last = checkpoints.at(-1)?.note.at ?? "";
  if (mine) fork(mine, roots, rows.length, last);
  const isKeptSigned = !theirs || (await keeps(theirs, leaves, keys, roots, last));
  const stamps = stamped(leaves, checkpoints);
  const begins = begun(leaves, checkpoints);
  const contest = replayed(rows, leaves);
  // What was no text became something else, and no row knew.
  if (!isText) throw new Fault("file");
  return {
    ...contest.outcome(),
    origin: String(leaves[0]?.origin),
    keys: keys.map(({ key, row }) => ({ name: key.name, fingerprint: fingerprintOf(key), row })),
    rows: rows.length,
    checkpoints: checkpoints.length,
    last,
    areSigned: areSigned && isKeptSigned,
    stamps,
    begun: begins,
    wait: longestWait(leaves, checkpoints),
    kept: theirs?.size ?? null,
    isOlder: mine !== null && mine.size > rows.length,
  };
}

// --- The file ---

/** Take an export apart, and check that each part is written as it has to be. @param {ArrayBuffer} bytes */
function read(bytes) {
  const { text, isText } = decoded(bytes);
  const file = parsed(text);
  const rows = list(file.rows, "file");
  const notes = list(file.checkpoints, "file");
  writtenAlike(text, rows, notes);
  if (rows.length === 0 || notes.length === 0) throw new Fault("empty");
  const leaves = shaped(rows);
  const checkpoints = notes.map(checkpointIn);
  const covered = checkpoints.reduce((most, { note }) => Math.max(most, note.size), 0);
  if (covered > rows.length) throw new Fault("missing", rows.length);
  return { rows, leaves, checkpoints, isText };
}

/** The file as text. What is none in it becomes something else, so that the row in which it stands has another hash.
 * @param {ArrayBuffer} bytes */
function decoded(bytes) {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), isText: true };
  } catch {
    return { text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), isText: false };
  }
}

/** @param {string} text @returns {Item} */
function parsed(text) {
  /** @type {Json} */
  let file;
  if (isTooDeep(text)) throw new Fault("deep", brokenRow(text));
  try {
    file = JSON.parse(text);
  } catch {
    throw new Fault("unreadable", brokenRow(text));
  }
  if (!isItem(file) || file.format !== FORMAT) throw new Fault("format");
  if (Object.keys(file).length !== 3) throw new Fault("file");
  return file;
}

/** Whether values stand in values so often that what reads them would fall over it. @param {string} text */
function isTooDeep(text) {
  let depth = 0;
  let isText = false;
  for (let place = 0; place < text.length; place += 1) {
    const each = text[place];
    if (isText && each === "\\") place += 1;
    else if (each === '"') isText = !isText;
    else if (!isText && (each === "{" || each === "[")) depth += 1;
    else if (!isText && (each === "}" || each === "]")) depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

/** The first row of a file that cannot be read which cannot be read itself; null where that is not the fault.
 * @param {string} text */
function brokenRow(text) {
  const start = text.indexOf('"rows":[');
  if (start < 0) return null;
  let place = start + '"rows":['.length;
  for (let row = 0; text[place] === "{"; row += 1) {
    const end = endOfObject(text, place);
    const written = text.slice(place, end);
    if (isTooDeep(`[[${written}`)) return row;
    try {
      JSON.parse(written);
    } catch {
      return row;
    }
    if (text[end] !== "," && text[end] !== "]") return row;
    place = end + 1;
  }
  return null;
}

/** Behind the brace that closes the one at `start`. @param {string} text @param {number} start */
function endOfObject(text, start) {
  let depth = 0;
  let isText = false;
  for (let place = start; place < text.length; place += 1) {
    const each = text[place];
    if (isText) {
      if (each === "\\") place += 1;
      else if (each === '"') isText = false;
    } else if (each === '"') isText = true;
    else if (each === "{" || each === "[") depth += 1;
    else if (each === "}" || each === "]") depth -= 1;
    if (depth === 0) return place + 1;
  }
  return text.length;
}

/** Refuse a file that is not written as its content would be: then every byte of it counts.
 * @param {string} text @param {Json[]} rows @param {Json[]} checkpoints */
function writtenAlike(text, rows, checkpoints) {
  let place = 0;
  /** @param {string} wanted @param {string} [why] @param {number | null} [row] @param {number | null} [size] */
  const expect = (wanted, why = "file", row = null, size = null) => {
    if (!text.startsWith(wanted, place)) throw new Fault(why, row, size);
    place += wanted.length;
  };
  expect('{"checkpoints":[');
  checkpoints.forEach((each, number) => {
    if (!hasForm(each)) throw new Fault("checkpoint", null, sizeOf(each));
    expect(`${number ? "," : ""}${canonical(each)}`, "checkpoint", null, sizeOf(each));
  });
  expect(`],"format":"${FORMAT}","rows":[`);
  rows.forEach((each, row) => {
    if (!hasForm(each)) throw new Fault("written", row);
    expect(`${row ? "," : ""}${canonical(each)}`, "written", row);
  });
  expect("]}\n");
  if (place !== text.length) throw new Fault("file");
}

/** Whether there is a canonical form of it: whole numbers that every program counts exactly, whole characters, and names
 * that sort alike everywhere. @param {Json} value @returns {boolean} */
function hasForm(value) {
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (typeof value === "string") return !/\p{Surrogate}/u.test(value);
  if (Array.isArray(value)) return value.every(hasForm);
  return !isItem(value) || Object.entries(value).every(([name, each]) => /^[\0-\x7f]*$/.test(name) && hasForm(each));
}

/** RFC 8785, of what has such a form. @param {Json} value @returns {string} */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isItem(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join(",")}}`;
}

// --- Rows: their shape, their hashes, what is sealed in them ---

/** @param {Json[]} rows @returns {Item[]} */
function shaped(rows) {
  let last = "";
  let entries = 0;
  return rows.map((row, place) => {
    if (!isItem(row) || !hasOnly(row, ["hash", "leaf", "open"]) || !isItem(row.leaf)) throw new Fault("shape", place);
    const leaf = row.leaf;
    if (leaf.i !== place) throw new Fault("place", place);
    if (!isLeaf(leaf)) throw new Fault("shape", place);
    if ((leaf.kind === "opened") !== (place === 0)) throw new Fault("first", place);
    if (String(leaf.at) < last) throw new Fault("time", place);
    if (leaf.kind === "entry" && leaf.number !== (entries += 1)) throw new Fault("number", place);
    last = String(leaf.at);
    return leaf;
  });
}

/** Check the hash of each row. Returns the roots of the tree at the sizes asked for (RFC 6962, 2.1).
 * @param {Json[]} rows @param {Item[]} leaves @param {Set<number>} sizes @param {(done: number) => void} tell */
function hashed(rows, leaves, sizes, tell) {
  /** @type {Map<number, string>} */
  const roots = new Map();
  /** Whole trees from the left, each larger than the next. @type {{ hash: Uint8Array, size: number }[]} */
  const trees = [];
  leaves.forEach((leaf, place) => {
    const hash = sha256(Uint8Array.of(0), utf8(canonical(leaf)));
    const row = rows[place];
    if (!isItem(row) || row.hash !== hex(hash)) throw new Fault("hash", place);
    let tree = { hash, size: 1 };
    while (trees.at(-1)?.size === tree.size) {
      const left = trees.pop();
      if (left) tree = { hash: node(left.hash, tree.hash), size: 2 * tree.size };
    }
    trees.push(tree);
    if (sizes.has(place + 1)) roots.set(place + 1, rootOf(trees));
    if (place % LOT === 0) tell(place / leaves.length);
  });
  return roots;
}

/** @param {{ hash: Uint8Array }[]} trees */
function rootOf(trees) {
  const hashes = trees.map((tree) => tree.hash);
  return base64(hashes.reduceRight((right, left) => node(left, right)));
}

/** Check what is sealed: all of it is opened once it has ended, and nothing before. @param {Json[]} rows @param {Item[]} leaves */
function opened(rows, leaves) {
  const isOver = hasEnded(leaves);
  leaves.forEach((leaf, place) => {
    const why = whyNotOpened(leaf, rows[place], isOver);
    if (why) throw new Fault(why, place);
  });
}

/** @param {Item} leaf @param {Json | undefined} row @param {boolean} isOver */
function whyNotOpened(leaf, row, isOver) {
  const open = isItem(row) ? row.open : null;
  if (!isOver || !Object.hasOwn(leaf, "sealed")) return open === null ? "" : "opened-early";
  if (!isItem(open) || !fits(open, OPENING)) return "not-opened";
  const content = utf8(canonical(open.content ?? null));
  return hex(sha256(COMMITMENT, unhex(String(open.salt)), content)) === leaf.sealed ? "" : "opening";
}

/** @param {Item[]} leaves */
const hasEnded = (leaves) => leaves.some((leaf) => leaf.kind === "ended");

/** Let happen what the rows say. @param {Json[]} rows @param {Item[]} leaves */
function replayed(rows, leaves) {
  const contest = new Contest(hasEnded(leaves));
  leaves.forEach((leaf, row) => {
    const written = rows[row];
    const open = isItem(written) ? written.open : null;
    contest.hear(leaf, isItem(open) ? (open.content ?? null) : null, row);
  });
  contest.checkDisqualified();
  return contest;
}

// --- Who has seen it ---

/** @param {Json} checkpoint */
function sizeOf(checkpoint) {
  const note = isItem(checkpoint) && typeof checkpoint.note === "string" ? checkpoint.note.split("\n") : [];
  return /^[1-9]\d{0,14}$/.test(note[1] ?? "") ? Number(note[1]) : null;
}

/** @param {Json} said @returns {Checkpoint} */
function checkpointIn(said) {
  const size = sizeOf(said);
  if (!isItem(said) || !hasOnly(said, ["note", "stamps"])) throw new Fault("checkpoint", null, size);
  const text = String(said.note);
  const note = noteOf(text);
  if (!note || typeof said.note !== "string") throw new Fault("checkpoint", null, size);
  const stamps = list(said.stamps, "checkpoint", size).map((each) => {
    if (!isItem(each) || !fits(each, STAMP)) throw new Fault("stamp", null, size);
    return each;
  });
  return { note, text, stamps };
}

/** The keys of a ledger, each with its row; they have the name of its host, for another would be somebody else.
 * @param {Item[]} leaves @returns {{ key: Key, row: number }[]} */
function keysIn(leaves) {
  const host = String(leaves[0]?.origin).split("/")[0];
  return leaves.flatMap(({ key: said }, row) => {
    if (typeof said !== "string") return [];
    const key = keyOf(said);
    if (!key || key.name !== host) throw new Fault("key", row);
    return [{ key, row }];
  });
}

/** Check each checkpoint against its root and the key in force. Returns whether this browser can check signatures.
 * @param {Item[]} leaves @param {{ key: Key, row: number }[]} keys @param {Checkpoint[]} checkpoints
 * @param {Map<number, string>} roots @param {(done: number) => void} tell */
async function witnessed(leaves, keys, checkpoints, roots, tell) {
  let size = 0;
  let areSigned = true;
  const origin = String(leaves[0]?.origin);
  for (const [number, { note }] of checkpoints.entries()) {
    if (note.size <= size) throw new Fault("checkpoint", null, note.size);
    const key = keys.findLast(({ row }) => row < note.size)?.key;
    if (note.origin !== origin || !key) throw new Fault("checkpoint", null, note.size);
    if (note.root !== roots.get(note.size)) throw new Fault("root", null, note.size);
    if (note.at < String(leaves[note.size - 1]?.at)) throw new Fault("checkpoint", null, note.size);
    if (note.size < leaves.length && String(leaves[note.size]?.at) < note.at) throw new Fault("time", note.size);
    const isGood = await isSigned(note, key);
    if (isGood === false) throw new Fault("signature", null, note.size);
    areSigned = isGood === true && areSigned;
    size = note.size;
    tell(number / checkpoints.length);
  }
  if (size !== leaves.length) throw new Fault("uncovered", size);
  return areSigned;
}

/** Row 0 says when the ledger was begun: not before the opening, and not after it was signed for the first time. Only
 * entries may have come before. Returns what there is to tell of it.
 * @param {Item[]} leaves @param {Checkpoint[]} checkpoints @returns {Begun | null} */
function begun(leaves, checkpoints) {
  const [opened, begins] = [String(leaves[0]?.at), begunAt(leaves)];
  if (begins < opened || begins > (checkpoints[0]?.note.at ?? "")) throw new Fault("begun", 0);
  const row = leaves.findIndex(({ at, kind }, place) => place > 0 && kind !== "entry" && String(at) < begins);
  if (row > 0) throw new Fault("before-begun", row);
  const before = leaves.filter(({ at, kind }) => kind === "entry" && String(at) < begins).length;
  const isLate = microseconds(begins) - microseconds(opened) >= BEGUN_LATE;
  return before || isLate ? { at: begins, opened, before } : null;
}

/** @param {Item[]} leaves */
const begunAt = (leaves) => String(leaves[0]?.begun_at);

/** The longest time for which a row was not under a checkpoint. @param {Item[]} leaves @param {Checkpoint[]} checkpoints */
function longestWait(leaves, checkpoints) {
  let longest = { time: 0n, row: 0 };
  let first = 0;
  for (const { note } of checkpoints) {
    // Rows are in the order of their instants: of those under a checkpoint the first one has waited longest. What is older
    // than the ledger waits since that was begun.
    const [at, begins] = [String(leaves[first]?.at), begunAt(leaves)];
    const time = microseconds(note.at) - microseconds(at > begins ? at : begins);
    if (time > longest.time) longest = { time, row: first };
    first = note.size;
  }
  return longest;
}

/** Check that rows about stamps and stamps belong together, one to one. Returns what the stamps say.
 * @param {Item[]} leaves @param {Checkpoint[]} checkpoints @returns {Seen[]} */
function stamped(leaves, checkpoints) {
  const anchors = leaves.flatMap((leaf, row) => (leaf.kind === "anchor" ? [{ leaf, row, size: Number(leaf.size) }] : []));
  anchors.sort((one, other) => one.size - other.size || one.row - other.row);
  /** @type {Seen[]} */
  const found = [];
  for (const { note, text, stamps } of checkpoints) {
    const digest = hex(sha256(utf8(text)));
    for (const stamp of stamps) {
      const token = unbase64(String(stamp.token));
      const anchor = anchors[found.length];
      if (!token || anchor?.size !== note.size) throw new Fault("stamp", null, note.size);
      const isNamed = anchor.leaf.authority === stamp.authority && anchor.leaf.sha256 === hex(sha256(token));
      const seen = seenIn(token);
      if (!isNamed || anchor.size > anchor.row || seen?.digest !== digest) throw new Fault("anchor", anchor.row);
      const late = microseconds(seen.at) - microseconds(note.at);
      if (late < -CLOCKS) throw new Fault("stamp-early", anchor.row);
      found.push({ authority: String(stamp.authority), size: note.size, at: seen.at, late });
    }
  }
  const left = anchors[found.length];
  if (left) throw new Fault("anchor", left.row);
  return found;
}

// --- What others know of it: the page of the challenge, and whoever kept a checkpoint ---

/** Refuse the ledger of something else than what the page is about. @param {Own} own @param {Item[]} leaves */
function belongs(own, leaves) {
  const { origin, key } = leaves[0] ?? {};
  if (origin !== own.origin) throw new Fault("another-ledger", null, null, { origin: String(origin), own: own.origin });
  if (key !== own.key) throw new Fault("another-key", null, null, { key: String(key), own: own.key });
}

/** Whether a checkpoint may be of what came behind a file of so many rows that was signed last at that instant. A ledger
 * only grows, and of two checkpoints the one over more rows is not earlier; by a clock that was set back both may say the
 * same. @param {Note} note @param {number} rows @param {string} last */
const mayBeNewer = (note, rows, last) => note.size > rows && note.at >= last;

/** Refuse one that is another than the one that was signed on this page. @param {Note} own
 * @param {Map<number, string>} roots @param {number} rows @param {string} last */
function fork(own, roots, rows, last) {
  if (mayBeNewer(own, rows, last)) return;
  if (own.size > rows) throw new Fault("forked-shorter", null, own.size);
  if (own.root !== roots.get(own.size)) throw new Fault("forked", null, own.size);
}

/** A checkpoint that somebody has kept: its text, whatever stands between its words, or all of a receipt or of a
 * mail; of several the one over the most rows.
 * @param {string} kept */
function keptNote(kept) {
  const text = NOTE_IN_RECEIPT.exec(kept)?.[1] ?? kept;
  const words = text.replace(DASH_IN_JSON, "—").split(BETWEEN_WORDS).filter((word) => !/^>*$/.test(word));
  const notes = words.flatMap((word, place) => (word === "at" ? (noteAround(words, place) ?? []) : []));
  const [note] = notes.sort((one, other) => other.size - one.size);
  if (!note) throw new Fault("kept-unreadable");
  return note;
}

/** The checkpoint of which the word at a place says when it was made. @param {string[]} words @param {number} place */
function noteAround(words, place) {
  const around = words.slice(Math.max(place - 3, 0), place + 5);
  const [origin, size, root, at, instant, ...signature] = around;
  const lines = `${origin}\n${size}\n${root}\n${at} ${instant}\n\n${signature.join(" ")}\n`;
  // The name of a ledger that was torn apart is not that of another one.
  return around.length === 8 && origin?.includes("/challenges/") ? noteOf(lines) : null;
}

/** Check a checkpoint that somebody has kept. Returns whether this browser can check its signature.
 * @param {Note} note @param {Item[]} leaves @param {{ key: Key }[]} keys @param {Map<number, string>} roots
 * @param {string} last */
async function keeps(note, leaves, keys, roots, last) {
  if (note.origin !== leaves[0]?.origin) throw new Fault("kept-another", null, null, { origin: note.origin });
  const answers = await Promise.all(keys.map(({ key }) => isSigned(note, key)));
  const isGood = answers.includes(true) ? true : answers.includes(null) ? null : false;
  if (mayBeNewer(note, leaves.length, last)) {
    if (isGood === false) throw new Fault("kept-newer-key", null, note.size);
    throw new Fault("kept-larger", null, note.size);
  }
  if (isGood === false) throw new Fault("kept-signature");
  if (note.root === roots.get(note.size)) return isGood === true;
  // What anybody may have written proves nothing.
  if (!isGood) throw new Fault("kept-unchecked", null, note.size);
  if (note.size > leaves.length) throw new Fault("kept-shorter", null, note.size);
  throw new Fault("kept-root", null, note.size);
}

// --- Small things ---

/** @param {Item} item @param {string[]} names */
function hasOnly(item, names) {
  return Object.keys(item).length === names.length && names.every((name) => Object.hasOwn(item, name));
}

/** @param {Json | undefined} value @param {string} why @param {number | null} [size] @returns {Json[]} */
function list(value, why, size = null) {
  if (!Array.isArray(value)) throw new Fault(why, null, size);
  return value;
}

/** @param {Uint8Array} left @param {Uint8Array} right */
const node = (left, right) => sha256(Uint8Array.of(1), left, right);
