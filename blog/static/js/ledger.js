// @ts-check
// Checks the export of a challenge's ledger as docs/ledger.md says it, by itself: nothing here asks the server anything.

import { sha256 } from "./sha256.js";

/** @typedef {null | boolean | number | string | Json[] | { [name: string]: Json }} Json */
/** @typedef {{ [name: string]: Json }} Item */
/** @typedef {{ place: number, checkpoint: Item, note: Note }} Checked */
/** @typedef {{ text: string, origin: string, size: number, root: string, at: string, signatures: Map<string, Uint8Array<ArrayBuffer>[]> }} Note */
/** @typedef {{ name: string, id: string, key: Uint8Array<ArrayBuffer> }} Key */
/** @typedef {{ eligible: boolean, proven: boolean, sender: string | null }} Standing */
/** @typedef {{ judge: string, judgement: string }} Verdict */
/** What is known of an entry: `isKnown` also while its standing is sealed.
 * @typedef {{ at: string, door: string, stamped: string | null, isKnown: boolean, standing: Standing | null, verdicts: Verdict[] }} Entry */
/** @typedef {{ number: number, step: string }} Award */
/** @typedef {{ prizes: number, attempts: number | null, judges: number, settling: Item }} Terms */
/** @typedef {{ rows: number, entries: number, checkpoints: number, stamps: number, areSigned: boolean, isOver: boolean,
 *   how: string, winners: { prize: number, number: number }[] }} Found */

const FORMAT = "rejoinder-ledger-1";
// After so many rows it says how far it is.
const LOT = 500;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const HASH = /^[0-9a-f]{64}$/;
/** What a prize comes to, and from what. @type {{ [step: string]: string }} */
const FORWARD = Object.assign(Object.create(null), { claimed: "notified", sent: "claimed", received: "sent" });
const LOST = ["declined", "expired", "disqualified"];
/** What each kind of row has beside its place, its instant and its kind. @type {{ [kind: string]: string[] }} */
const FIELDS = {
  opened: ["begun_at", "closes_at", "key", "origin", "sealed"],
  entry: ["door", "number", "private", "stamped_at"],
  refused: ["count", "door", "since", "until", "why"],
  standing: ["number", "sealed"],
  verdict: ["number", "sealed"],
  amended: ["closes_at", "reason", "rejudge", "sealed"],
  closed: ["closes_at"],
  award: ["sealed"],
  ended: ["how", "reason", "winners"],
  key: ["key"],
  anchor: ["authority", "sha256", "size"],
};
const utf8 = new TextEncoder();
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const COMMITMENT = utf8.encode("rejoinder commitment v1\n");

/** Something is not as it should be: `why` is a word of FAULTS in the page; `row` the first row that is wrong, or null;
 * `size` of the checkpoint that is, or null. */
export class Fault extends Error {
  /** @param {string} why @param {number | null} [row] @param {number | null} [size] */
  constructor(why, row = null, size = null) {
    super(why);
    this.why = why;
    this.row = row;
    this.size = size;
  }
}

/** Check all of an export. Says meanwhile how far it is, from 0 to 1.
 * @param {ArrayBuffer} bytes @param {(done: number) => void} tell @returns {Promise<Found>} */
export async function verify(bytes, tell) {
  const { text, isText } = decoded(bytes);
  const file = parsed(text);
  const rows = list(file.rows, "file");
  const checkpoints = list(file.checkpoints, "file");
  writtenAlike(text, rows, checkpoints);
  if (rows.length === 0 || checkpoints.length === 0) throw new Fault("empty");
  const leaves = shaped(rows);
  const covered = Math.max(0, ...sizesIn(checkpoints));
  if (covered > rows.length) throw new Fault("missing", rows.length);
  const roots = hashed(rows, leaves, sizesIn(checkpoints), (done) => tell(done / 2));
  opened(rows, leaves);
  const areSigned = await witnessed(leaves, checkpoints, roots, (done) => tell((1 + done) / 2));
  const stamps = stamped(leaves, checkpoints);
  const story = new Story(rows, leaves);
  story.replay();
  // What was no text became something else, and no row knew.
  if (!isText) throw new Fault("file");
  return { rows: rows.length, checkpoints: checkpoints.length, stamps, areSigned, ...story.found() };
}

// --- The file ---

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
  try {
    file = JSON.parse(text);
  } catch {
    throw new Fault("unreadable", brokenRow(text));
  }
  if (!isItem(file) || file.format !== FORMAT) throw new Fault("format");
  if (!hasOnly(file, ["checkpoints", "format", "rows"])) throw new Fault("file");
  return file;
}

/** The first row of a file that is no JSON which is none itself; null where that is not the fault. @param {string} text */
function brokenRow(text) {
  const start = text.indexOf('"rows":[');
  if (start < 0) return null;
  let place = start + '"rows":['.length;
  for (let row = 0; text[place] === "{"; row += 1) {
    const end = endOfObject(text, place);
    try {
      JSON.parse(text.slice(place, end));
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
    expect(`${number ? "," : ""}${canonical(each)}`, "checkpoint", null, sizeOf(each));
  });
  expect(`],"format":"${FORMAT}","rows":[`);
  rows.forEach((each, row) => {
    expect(`${row ? "," : ""}${canonical(each)}`, "written", row);
  });
  expect("]}\n");
  if (place !== text.length) throw new Fault("file");
}

/** RFC 8785, without fractions: names are ASCII, so they sort as everywhere. @param {Json} value @returns {string} */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
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
    const kind = String(leaf.kind);
    const fields = Object.hasOwn(FIELDS, kind) ? FIELDS[kind] : null;
    if (leaf.i !== place) throw new Fault("place", place);
    if (!fields || !hasOnly(leaf, ["at", "i", "kind", ...fields])) throw new Fault("shape", place);
    if ((leaf.kind === "opened") !== (place === 0)) throw new Fault("first", place);
    if (typeof leaf.at !== "string" || !INSTANT.test(leaf.at) || leaf.at < last) throw new Fault("time", place);
    if (leaf.kind === "entry" && leaf.number !== (entries += 1)) throw new Fault("number", place);
    last = leaf.at;
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
    const hash = sha256(Uint8Array.of(0), utf8.encode(canonical(leaf)));
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
  const isOver = leaves.some((leaf) => leaf.kind === "ended");
  leaves.forEach((leaf, place) => {
    const why = whyNotOpened(leaf, rows[place], isOver);
    if (why) throw new Fault(why, place);
  });
}

/** @param {Item} leaf @param {Json | undefined} row @param {boolean} isOver */
function whyNotOpened(leaf, row, isOver) {
  const open = isItem(row) ? row.open : null;
  if (!isOver || !("sealed" in leaf)) return open === null ? "" : "opened-early";
  if (!isItem(open) || !hasOnly(open, ["content", "salt"]) || !HASH.test(String(open.salt))) return "not-opened";
  const content = utf8.encode(canonical(open.content ?? null));
  return hex(sha256(COMMITMENT, unhex(String(open.salt)), content)) === leaf.sealed ? "" : "opening";
}

// --- Who has seen it ---

/** @param {Json[]} checkpoints */
function sizesIn(checkpoints) {
  return new Set(checkpoints.map((each) => sizeOf(each) ?? 0));
}

/** @param {Json} checkpoint */
function sizeOf(checkpoint) {
  const note = isItem(checkpoint) && typeof checkpoint.note === "string" ? checkpoint.note.split("\n") : [];
  return /^[1-9]\d{0,14}$/.test(note[1] ?? "") ? Number(note[1]) : null;
}

/** Check each checkpoint against its root and the key in force. Returns whether this browser can check signatures.
 * @param {Item[]} leaves @param {Json[]} checkpoints @param {Map<number, string>} roots @param {(done: number) => void} tell */
async function witnessed(leaves, checkpoints, roots, tell) {
  let size = 0;
  let areSigned = true;
  let row = 0;
  /** @type {Key | null} */
  let key = null;
  for (const [number, each] of checkpoints.entries()) {
    if (!isItem(each) || !hasOnly(each, ["note", "stamps"])) throw new Fault("checkpoint", null, sizeOf(each));
    const note = noteOf(String(each.note));
    if (!note || note.size <= size || note.size > leaves.length) throw new Fault("checkpoint", null, sizeOf(each));
    for (; row < note.size; row += 1) {
      const said = leaves[row]?.key;
      if (typeof said === "string") key = keyOf(said, row);
    }
    if (note.origin !== leaves[0]?.origin || !key) throw new Fault("checkpoint", null, note.size);
    if (note.root !== roots.get(note.size)) throw new Fault("root", null, note.size);
    if (note.at < String(leaves[note.size - 1]?.at)) throw new Fault("checkpoint", null, note.size);
    if (note.size < leaves.length && String(leaves[note.size]?.at) < note.at) throw new Fault("time", note.size);
    areSigned = (await isSigned(note, key)) && areSigned;
    size = note.size;
    tell(number / checkpoints.length);
  }
  if (size !== leaves.length) throw new Fault("uncovered", size);
  return areSigned;
}

/** A checkpoint as C2SP tlog-checkpoint and signed-note have it; null for anything else. @param {string} text @returns {Note | null} */
function noteOf(text) {
  const end = text.lastIndexOf("\n\n");
  const said = text.slice(0, end + 1);
  const [origin, size, root, at, ...rest] = said.split("\n");
  const lines = text.slice(end + 2).split("\n");
  if (end < 0 || !origin || rest.length !== 1 || rest[0] !== "" || lines.pop() !== "") return null;
  if (!/^[1-9]\d{0,14}$/.test(size ?? "") || !at?.startsWith("at ") || !INSTANT.test(at.slice(3))) return null;
  /** @type {Note["signatures"]} */
  const signatures = new Map();
  for (const line of lines) {
    const [dash, name, encoded, ...more] = line.split(" ");
    const signature = unbase64(encoded ?? "");
    if (dash !== "—" || !name || !signature || more.length) return null;
    signatures.set(name, [...(signatures.get(name) ?? []), signature]);
  }
  return { text: said, origin, size: Number(size), root: root ?? "", at: at.slice(3), signatures };
}

/** @param {string} text @param {number} row @returns {Key} */
function keyOf(text, row) {
  const [name, id, ...rest] = text.split("+");
  const raw = unbase64(rest.join("+"));
  if (!name || !id || raw?.length !== 33 || raw[0] !== 1) throw new Fault("key", row);
  const found = sha256(utf8.encode(`${name}\n`), raw);
  if (hex(found.slice(0, 4)) !== id) throw new Fault("key", row);
  return { name, id, key: raw.slice(1) };
}

/** False where this browser knows no Ed25519; a wrong signature is a fault. @param {Note} note @param {Key} by */
async function isSigned(note, by) {
  const given = (note.signatures.get(by.name) ?? []).find((each) => hex(each.slice(0, 4)) === by.id);
  if (!given) throw new Fault("signature", null, note.size);
  // Only pages that came over https have it.
  if (!globalThis.crypto?.subtle) return false;
  let key;
  try {
    key = await crypto.subtle.importKey("raw", by.key, { name: "Ed25519" }, false, ["verify"]);
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotSupportedError") return false;
    throw new Fault("signature", null, note.size);
  }
  const isGood = await crypto.subtle.verify({ name: "Ed25519" }, key, given.slice(4), utf8.encode(note.text));
  if (!isGood) throw new Fault("signature", null, note.size);
  return true;
}

/** Check that rows about stamps and stamps belong together, one to one. Returns how many there are.
 * @param {Item[]} leaves @param {Json[]} checkpoints */
function stamped(leaves, checkpoints) {
  const anchors = leaves.flatMap((leaf, row) => (leaf.kind === "anchor" ? [{ leaf, row, size: Number(leaf.size) }] : []));
  anchors.sort((one, other) => one.size - other.size || one.row - other.row);
  let total = 0;
  for (const each of checkpoints) {
    const size = sizeOf(each);
    const note = isItem(each) ? String(each.note) : "";
    const digest = hex(sha256(utf8.encode(note)));
    for (const stamp of isItem(each) ? list(each.stamps, "checkpoint", size) : []) {
      const token = isItem(stamp) && hasOnly(stamp, ["authority", "token"]) ? unbase64(String(stamp.token)) : null;
      const anchor = anchors[total];
      if (!token || !isItem(stamp) || anchor?.size !== size) throw new Fault("stamp", null, size);
      const isNamed = anchor.leaf.authority === stamp.authority && anchor.leaf.sha256 === hex(sha256(token));
      // Whatever else an authority says, it says it about this hash.
      if (!isNamed || anchor.size > anchor.row || !hex(token).includes(digest)) throw new Fault("anchor", anchor.row);
      total += 1;
    }
  }
  const left = anchors[total];
  if (left) throw new Fault("anchor", left.row);
  return total;
}

// --- What happened, and who wins ---

/** What the rows say, one after the other. */
class Story {
  /** @param {Json[]} rows @param {Item[]} leaves */
  constructor(rows, leaves) {
    this.rows = rows;
    this.leaves = leaves;
    /** In the order of their numbers. @type {Map<Json | undefined, Entry>} */
    this.entries = new Map();
    /** By prize. @type {Map<Json | undefined, Award>} */
    this.awards = new Map();
    /** @type {Set<Json | undefined>} */
    this.lost = new Set();
    /** Prizes that were won by other terms, and have to be taken back first. @type {Set<Json | undefined>} */
    this.toBeRevoked = new Set();
    /** @type {Terms} */
    this.terms = { prizes: 1, attempts: null, judges: 1, settling: {} };
    this.version = 0;
    /** @type {string | null} */
    this.closes = null;
    this.isClosed = false;
    this.lastEntryAt = "";
    this.how = "";
    /** @type {{ prize: number, number: number }[]} */
    this.winners = [];
    this.isOpened = leaves.some((leaf) => leaf.kind === "ended");
  }

  /** @returns {Pick<Found, "entries" | "isOver" | "how" | "winners">} */
  found() {
    return { entries: this.entries.size, isOver: this.isOpened, how: this.how, winners: this.winners };
  }

  replay() {
    this.leaves.forEach((leaf, row) => {
      this.hear(String(leaf.kind), leaf, row);
    });
  }

  /** @param {string} kind @param {Item} leaf @param {number} row */
  hear(kind, leaf, row) {
    if (this.how && ["verdict", "amended", "closed", "ended"].includes(kind)) throw new Fault("over", row);
    const content = itemIn(itemIn(this.rows[row], "open"), "content");
    if (kind === "entry") this.arrive(leaf);
    if (kind === "closed") this.close(leaf, row);
    if (kind === "opened" || kind === "amended") this.fix(leaf, content, row);
    if (kind === "standing") this.stand(this.entryOf(leaf, row), content, row);
    if (kind === "verdict") this.judge(this.entryOf(leaf, row), content, leaf, row);
    if (kind === "award" && this.isOpened) this.give(content, row);
    if (kind === "ended") this.end(leaf, row);
  }

  /** @param {Item} leaf */
  arrive(leaf) {
    const stamped = typeof leaf.stamped_at === "string" ? leaf.stamped_at : null;
    this.lastEntryAt = String(leaf.at);
    this.entries.set(leaf.number, {
      at: this.lastEntryAt,
      door: String(leaf.door),
      stamped,
      isKnown: false,
      standing: null,
      verdicts: [],
    });
  }

  /** @param {Item} leaf @param {number} row */
  close(leaf, row) {
    const closes = String(leaf.closes_at);
    const isLater = this.closes !== null && closes > this.closes;
    if (closes > String(leaf.at) || isLater) throw new Fault("closed", row);
    this.moveClosing(closes, row);
    this.isClosed = true;
  }

  /** Another closing time lets nobody in who was late, and makes nobody late who was not. @param {string | null} closes @param {number} row */
  moveClosing(closes, row) {
    if (closes === this.closes) return;
    const wasSomebodyLate = this.closes !== null && this.lastEntryAt >= this.closes;
    const isSomebodyLate = closes !== null && this.lastEntryAt >= closes;
    if (this.isClosed || wasSomebodyLate || isSomebodyLate) throw new Fault("closed", row);
    this.closes = closes;
  }

  /** @param {Item} leaf @param {Item} content @param {number} row */
  fix(leaf, content, row) {
    this.moveClosing(typeof leaf.closes_at === "string" ? leaf.closes_at : null, row);
    // By the terms under which a prize was won that has been claimed it stays won.
    if ([...this.awards.values()].some((award) => award.step !== "notified")) throw new Fault("step", row);
    if (leaf.rejudge === true) {
      this.toBeRevoked = new Set(this.awards.keys());
      this.version += 1;
      for (const entry of this.entries.values()) entry.verdicts = [];
    }
    if (!this.isOpened) return;
    this.terms = termsOf(content, row);
    if ("closes_at" in content && content.closes_at !== leaf.closes_at) throw new Fault("shape", row);
  }

  /** @param {Item} leaf @param {number} row @returns {Entry} */
  entryOf(leaf, row) {
    const entry = this.entries.get(leaf.number);
    if (!entry) throw new Fault("unknown-entry", row);
    return entry;
  }

  /** @param {Entry} entry @param {Item} said @param {number} row */
  stand(entry, said, row) {
    entry.isKnown = true;
    if (!this.isOpened) return;
    const before = entry.standing?.sender;
    const sender = typeof said.sender === "string" ? said.sender : null;
    const isEligible = said.eligible === true;
    const isLate = this.isLate(entry);
    if (isEligible !== (said.why === null) || (before && sender && before !== sender)) throw new Fault("shape", row);
    if (isEligible && isLate) throw new Fault("late", row);
    if (said.why === "late" && !isLate) throw new Fault("not-late", row);
    entry.standing = { eligible: isEligible, proven: said.proven === true, sender };
  }

  /** @param {Entry} entry */
  isLate(entry) {
    if (!this.closes || entry.at < this.closes) return false;
    if (!entry.stamped || entry.stamped >= this.closes) return true;
    const underWay = Number(this.terms.settling[entry.door] ?? 0) * 1_000_000;
    return microseconds(entry.at) - microseconds(this.closes) > underWay;
  }

  /** @param {Entry} entry @param {Item} said @param {Item} leaf @param {number} row */
  judge(entry, said, leaf, row) {
    if (!entry.isKnown) throw new Fault("judged", row);
    if (!this.isOpened) return;
    if (!entry.standing?.eligible) throw new Fault("judged", row);
    if (said.terms !== this.version) throw new Fault("terms", row);
    const holders = [...this.awards.values()].map((award) => award.number);
    if (holders.length === this.terms.prizes || holders.some((number) => number === leaf.number)) {
      throw new Fault("judged-after", row);
    }
    entry.verdicts.push({ judge: String(said.judge), judgement: String(said.judgement) });
  }

  /** @param {Item} said @param {number} row */
  give(said, row) {
    const { prize, number } = said;
    const step = String(said.step);
    const held = this.awards.get(prize);
    if (this.how && (step === "notified" || step === "claimed")) throw new Fault("over", row);
    const isTakenBack = LOST.includes(step) || step === "revoked";
    if (this.toBeRevoked.size && !(isTakenBack && this.toBeRevoked.has(prize))) throw new Fault("step", row);
    this.toBeRevoked.delete(prize);
    if (step === "notified") {
      if (held || this.whoWins().get(prize) !== number) throw new Fault("winner", row);
      this.awards.set(prize, { number: Number(number), step });
    } else if (!held || held.number !== number) throw new Fault("step", row);
    else if (step in FORWARD) {
      if (held.step !== FORWARD[step]) throw new Fault("step", row);
      held.step = step;
    } else {
      if (!isTakenBack) throw new Fault("step", row);
      this.awards.delete(prize);
      if (step !== "revoked") this.lost.add(number);
    }
  }

  /** @param {Item} leaf @param {number} row */
  end(leaf, row) {
    const held = [...this.awards].map(([prize, award]) => ({ number: award.number, prize: Number(prize) }));
    held.sort((one, other) => one.prize - other.prize);
    if (canonical(leaf.winners ?? null) !== canonical(held)) throw new Fault("winners", row);
    this.how = String(leaf.how);
    this.winners = held;
    if (this.how === "cancelled") return;
    const isWaiting = [...this.awards.values()].some((award) => award.step === "notified");
    const isEarly = isWaiting || this.toBeRevoked.size > 0 || this.whoWins().size > held.length;
    if ((this.how === "final") !== held.length > 0 || isEarly) throw new Fault("ended", row);
  }

  /** "Who wins", as docs/ledger.md has it: prizes, and the numbers of the entries that have or get them. */
  whoWins() {
    const over = this.overLimit();
    /** @type {Map<Json | undefined, Json | undefined>} */
    const winners = new Map([...this.awards].map(([prize, award]) => [prize, award.number]));
    const holders = new Set(winners.values());
    const senders = new Set([...holders].map((number) => this.entries.get(number)?.standing?.sender ?? null));
    senders.delete(null);
    const vacant = [];
    for (let prize = 1; prize <= this.terms.prizes; prize += 1) if (!winners.has(prize)) vacant.push(prize);
    for (const [number, entry] of this.entries) {
      if (!vacant.length) break;
      const standing = entry.standing;
      if (over.has(number) || holders.has(number) || this.lost.has(number)) continue;
      if (standing?.sender && senders.has(standing.sender)) continue;
      const ruling = standing?.eligible ? this.rulingOn(entry) : null;
      // Whatever is correct behind it has to wait.
      if (!standing || (standing.eligible && (ruling === null || ruling === "unclear"))) break;
      if (!standing.eligible || ruling !== "correct") continue;
      if (!standing.proven) break;
      winners.set(vacant.shift() ?? 0, number);
      if (standing.sender) senders.add(standing.sender);
    }
    return winners;
  }

  /** The entries of whoever had used up their tries. */
  overLimit() {
    /** @type {Set<Json | undefined>} */
    const over = new Set();
    /** @type {Map<string, number>} */
    const used = new Map();
    if (this.terms.attempts === null) return over;
    for (const [number, { standing }] of this.entries) {
      if (!standing?.eligible || !standing.sender) continue;
      const tries = used.get(standing.sender) ?? 0;
      if (tries >= this.terms.attempts) over.add(number);
      else if (standing.proven) used.set(standing.sender, tries + 1);
    }
    return over;
  }

  /** What the verdicts on an entry come to; null while it takes more of them. @param {Entry} entry */
  rulingOn(entry) {
    const ofPeople = entry.verdicts.filter((verdict) => verdict.judge !== "rule");
    /** @type {Map<string, string>} */
    const last = new Map();
    for (const verdict of ofPeople) last.set(verdict.judge, verdict.judgement);
    if (!last.size) return entry.verdicts.at(-1)?.judgement ?? null;
    if (this.terms.judges < 2) return ofPeople.at(-1)?.judgement ?? null;
    const [[, first], second, ...thirds] = /** @type {[[string, string], ...[string, string][]]} */ ([...last]);
    if (!second) return null;
    if (first === second[1] && first !== "unclear") return first;
    const names = new Set(thirds.map(([judge]) => judge));
    return ofPeople.filter((verdict) => names.has(verdict.judge)).at(-1)?.judgement ?? "unclear";
  }
}

/** @param {Item} content @param {number} row @returns {Terms} */
function termsOf(content, row) {
  const { prizes, attempts, judges } = content;
  if (!Array.isArray(prizes) || !(attempts === null || typeof attempts === "number")) throw new Fault("shape", row);
  if (judges !== 1 && judges !== 2) throw new Fault("shape", row);
  return { prizes: prizes.length, attempts, judges, settling: itemIn(content, "settling") };
}

// --- Small things ---

/** @param {Json | undefined} value @returns {value is Item} */
function isItem(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** What stands under a name, where that is an object; else one with nothing in it. @param {Json | undefined} value @param {string} name @returns {Item} */
function itemIn(value, name) {
  const found = isItem(value) ? value[name] : null;
  return isItem(found) ? found : {};
}

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

/** @param {string} instant */
const microseconds = (instant) => Date.parse(`${instant.slice(0, 19)}Z`) * 1000 + Number(instant.slice(20, 26));

/** @param {Uint8Array} bytes */
const hex = (bytes) => {
  let text = "";
  for (const byte of bytes) text += DIGITS[byte];
  return text;
};

/** @param {string} text */
const unhex = (text) => {
  const bytes = new Uint8Array(text.length / 2);
  for (let place = 0; place < bytes.length; place += 1) {
    bytes[place] = Number.parseInt(text.slice(2 * place, 2 * place + 2), 16);
  }
  return bytes;
};

/** @param {Uint8Array} bytes */
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** @param {string} text */
function unbase64(text) {
  try {
    const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
    // There is one way to write them, and no other is taken.
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) === text ? bytes : null;
  } catch {
    return null;
  }
}
