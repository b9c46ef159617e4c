// @ts-check
// What the rows of a ledger say, one after the other, and who wins by it: docs/ledger.md, "Who wins" and "What a verifier checks".

import { Fault } from "./faults.js";
import { microseconds } from "./instants.js";
import { ACTS, AWARD, BACK, fits, isItem, isTerms, STANDING, STEPS, VERDICT } from "./ledger-rows.js";

/** @typedef {import("./ledger-rows.js").Json} Json */
/** @typedef {import("./ledger-rows.js").Item} Item */
/** `isUnexplained`: it is disqualified, and no reason was fixed.
 * @typedef {{ eligible: boolean, isDisqualified: boolean, isUnexplained: boolean, proven: boolean,
 *   sender: string | null }} Standing */
/** @typedef {{ judge: string, judgement: string }} Verdict */
/** What is known of an entry: `isKnown` also while its standing is sealed; `isAfterEnd`: it came behind the end; `row`: that
 * of its standing; `couldWin`: as it was last said after it was judged; `ruled`: how, and under which terms. `isRestated` and
 * `isTurned`: whether each of these was once something else.
 * @typedef {{ at: string, door: string, stamped: string | null, isAfterEnd: boolean, isKnown: boolean,
 *   standing: Standing | null, row: number, verdicts: Verdict[], couldWin: boolean | null,
 *   ruled: { word: string, version: number } | null, isRestated: boolean, isTurned: boolean }} Entry */
/** `since`: when its winner was told; `days`: how long they had to claim it, if there was a limit.
 * @typedef {{ number: number, step: string, since: string, days: number | null }} Award */
/** @typedef {{ prizes: number, attempts: number | null, judges: number, settling: Map<string, number>, days: number | null,
 *   hasRule: boolean }} Terms `hasRule`: what a rule says is a verdict */
/** A prize that came back. @typedef {{ prize: number, number: number, step: string, by: string, at: string }} Back */
/** Rows that were signed and are lost: how many there were, when they were signed, and in which row that stands.
 * @typedef {{ row: number, size: number, at: string, reason: string }} Loss */
/** `by`: the judges by whose verdicts the entry is correct. @typedef {{ prize: number, number: number, by: string[] }} Winner */
/** It closed before the time that was promised until that row.
 * @typedef {{ row: number, promised: string, closes: string }} Early */
/** By which row it ended, and why, as far as that was said. @typedef {{ row: number, at: string, reason: string | null }} Ending */
/** What of the terms is another: of numbers and instants it is told what they were. @typedef {{ name: string, before: Json, now: Json }} Change */
/** Other terms: `isKnown` once what they change is opened; `less`: the ranks of prizes that are worth less by them.
 * @typedef {{ row: number, at: string, reason: string, rejudge: boolean, isKnown: boolean, changes: Change[],
 *   less: number[] }} Amendment */
/** What rests on the word of the editors alone, by the numbers of entries: judged one way and then the other; judged, and
 * after that changed whether they can win; disqualified; winners whose senders have no name.
 * @typedef {{ turned: number[], restated: number[], disqualified: number[], nameless: number[] }} Word */
/** `undecided`: how many could still have come to a prize when it ended; `inTime`: how many came in time behind the end.
 * @typedef {Word & { entries: number, isOver: boolean, how: string, winners: Winner[], back: Back[], undecided: number,
 *   inTime: number, amendments: Amendment[], ending: Ending | null, early: Early | null, losses: Loss[] }} Outcome */

const DAY = 86_400_000_000n;
/** After the end of a challenge there are no more of these. */
const BEFORE_END = ["verdict", "amended", "closed", "ended"];
/** What verdicts follow from: when one of these is another, no earlier verdict counts. */
const JUDGED_BY = ["answer", "judges", "rubric"];

export class Contest {
  /** Begin before row 0. @param {boolean} isOpened whether what is sealed is there to be read */
  constructor(isOpened) {
    this.isOpened = isOpened;
    /** In the order of their numbers. @type {Map<number, Entry>} */
    this.entries = new Map();
    /** By prize. @type {Map<number, Award>} */
    this.awards = new Map();
    /** Entries that have lost a prize. @type {Set<number>} */
    this.lost = new Set();
    /** Whether somebody was told that they have won, since answers are judged by these terms. */
    this.isTold = false;
    /** Prizes that were won by other terms, and have to be taken back first. @type {Set<number>} */
    this.toBeRevoked = new Set();
    /** Whether a prize was taken back although all stays as it was judged. */
    this.isCalledOff = false;
    /** People who have judged, in the order of their first verdicts. @type {Set<string>} */
    this.judges = new Set();
    /** @type {Terms} */
    this.terms = { prizes: 1, attempts: null, judges: 1, settling: new Map(), days: null, hasRule: false };
    /** The terms as they are written. @type {Item | null} */
    this.written = null;
    /** @type {Amendment[]} */
    this.amendments = [];
    this.version = 0;
    /** @type {string | null} */
    this.closes = null;
    this.isClosed = false;
    /** @type {Early | null} */
    this.early = null;
    this.lastEntryAt = "";
    this.how = "";
    /** @type {Ending | null} */
    this.ending = null;
    /** @type {Winner[]} */
    this.winners = [];
    /** @type {Back[]} */
    this.back = [];
    this.undecided = 0;
    /** @type {Loss[]} */
    this.losses = [];
  }

  /** @returns {Outcome} */
  outcome() {
    const { entries, isOpened, how, winners, back, undecided, amendments, ending, early, losses } = this;
    const isInTime = (/** @type {Entry} */ entry) => entry.isAfterEnd && !this.isLate(entry);
    const inTime = how === "cancelled" ? 0 : [...entries.values()].filter(isInTime).length;
    const decided = { how, winners, back, undecided, inTime, amendments, ending, early, losses };
    return { entries: entries.size, isOver: isOpened, ...decided, ...this.onTheirWord() };
  }

  /** @returns {Word} */
  onTheirWord() {
    /** @param {(entry: Entry, number: number) => boolean} isSo */
    const numbers = (isSo) => [...this.entries].filter(([number, entry]) => isSo(entry, number)).map(([number]) => number);
    const won = new Set(this.winners.map(({ number }) => number));
    return {
      turned: numbers((entry) => entry.isTurned),
      restated: numbers((entry) => entry.isRestated),
      disqualified: numbers((entry) => entry.standing?.isDisqualified === true),
      nameless: numbers((entry, number) => this.isOpened && won.has(number) && !entry.standing?.sender),
    };
  }

  /** Let happen what a row says. Throws a `Fault` where that may not be.
   * @param {Item} leaf @param {Json} content what was sealed in it @param {number} row */
  hear(leaf, content, row) {
    const kind = String(leaf.kind);
    if (this.how && BEFORE_END.includes(kind)) throw new Fault("over", row);
    if (kind === "opened") this.fix(leaf, content, row);
    if (kind === "amended") this.amend(leaf, content, row);
    if (kind === "entry") this.arrive(leaf);
    if (kind === "refused" && String(leaf.since) > String(leaf.until)) throw new Fault("shape", row);
    if (kind === "standing") this.stand(leaf, content, row);
    if (kind === "verdict") this.judge(leaf, content, row);
    if (kind === "closed") this.close(leaf, row);
    if (kind === "award" && this.isOpened) this.give(leaf, content, row);
    if (kind === "ended") this.end(leaf, row);
    if (kind === "standing" || kind === "verdict") this.watch(this.entryOf(leaf, row));
    if (kind === "restored") this.lose(leaf, row);
  }

  /** An older copy was put back. @param {Item} leaf @param {number} row */
  lose(leaf, row) {
    const at = String(leaf.signed_at);
    if (at > String(leaf.at)) throw new Fault("lost", row);
    this.losses.push({ row, size: Number(leaf.size), at, reason: String(leaf.reason) });
  }

  /** Keep in mind whether something else is said of an entry than before, while that decides anything. @param {Entry} entry */
  watch(entry) {
    if (!this.isOpened || this.how) return;
    const canWin = entry.standing?.eligible === true;
    if (entry.verdicts.length || entry.couldWin !== null) {
      entry.isRestated ||= entry.couldWin !== null && entry.couldWin !== canWin;
      entry.couldWin = canWin;
    }
    const word = this.rulingOn(entry);
    if (word === null || word === "unclear") return;
    entry.isTurned ||= entry.ruled?.version === this.version && entry.ruled.word !== word;
    entry.ruled = { word, version: this.version };
  }

  /** Refuse what leaves an entry disqualified without a word why. */
  checkDisqualified() {
    for (const { standing, row } of this.entries.values()) {
      if (standing?.isUnexplained) throw new Fault("unexplained", row);
    }
  }

  /** @param {Item} leaf */
  arrive(leaf) {
    this.lastEntryAt = String(leaf.at);
    this.entries.set(Number(leaf.number), {
      at: this.lastEntryAt,
      door: String(leaf.door),
      stamped: typeof leaf.stamped_at === "string" ? leaf.stamped_at : null,
      isAfterEnd: this.how !== "",
      isKnown: false,
      standing: null,
      row: 0,
      verdicts: [],
      couldWin: null,
      ruled: null,
      isRestated: false,
      isTurned: false,
    });
  }

  /** @param {Item} leaf @param {number} row */
  close(leaf, row) {
    const { closes: promised } = this;
    const closes = String(leaf.closes_at);
    if (closes > String(leaf.at)) throw new Fault("closed", row);
    this.moveClosing(closes, leaf, row);
    // It is earlier: no row is there when the promised one has come.
    if (promised !== null && promised !== closes) this.early = { row, promised, closes };
    this.isClosed = true;
  }

  /** Another closing time lets nobody in who was late, and makes nobody late who was not; and there is none when the old
   * one has come: then it is known who has answered until that time.
   * @param {string | null} closes @param {Item} leaf @param {number} row */
  moveClosing(closes, leaf, row) {
    if (closes === this.closes) return;
    const hasPassed = this.closes !== null && String(leaf.at) >= this.closes;
    const isSomebodyLate = closes !== null && this.lastEntryAt >= closes;
    if (this.isClosed || hasPassed || isSomebodyLate) throw new Fault("closed", row);
    this.closes = closes;
  }

  /** Terms, the first ones or others. @param {Item} leaf @param {Json} content @param {number} row */
  fix(leaf, content, row) {
    this.moveClosing(typeof leaf.closes_at === "string" ? leaf.closes_at : null, leaf, row);
    if (!this.isOpened) return;
    this.terms = termsOf(content, leaf, row);
    this.written = isItem(content) ? content : null;
  }

  /** Other terms: whoever has taken part has no less by them. @param {Item} leaf @param {Json} content @param {number} row */
  amend(leaf, content, row) {
    // By the terms under which a prize was won that has been claimed it stays won.
    if ([...this.awards.values()].some((award) => award.step !== "notified")) throw new Fault("step", row);
    const { closes, terms, written } = this;
    const rejudge = leaf.rejudge === true;
    if (rejudge) {
      this.toBeRevoked = new Set(this.awards.keys());
      this.isTold = false;
      this.version += 1;
      for (const entry of this.entries.values()) entry.verdicts = [];
    }
    this.fix(leaf, content, row);
    const others = written && this.written ? changesIn(written, this.written) : [];
    const isJudgedOtherwise = others.some(({ name }) => JUDGED_BY.includes(name));
    if (isJudgedOtherwise && !rejudge) throw new Fault("judged-otherwise", row);
    if (this.terms.prizes < terms.prizes) throw new Fault("prizes", row);
    if ((this.terms.attempts ?? Infinity) < (terms.attempts ?? Infinity)) throw new Fault("attempts", row);
    if (settlingIn(written) !== settlingIn(this.written)) throw new Fault("settling", row);
    const moved = closes === this.closes ? [] : [{ name: "closes_at", before: closes, now: this.closes }];
    const less = written && this.written ? worthLess(written.prizes, this.written.prizes) : [];
    const { at, reason } = { at: String(leaf.at), reason: String(leaf.reason) };
    const changes = [...moved, ...others];
    this.amendments.push({ row, at, reason, rejudge, isKnown: this.isOpened, changes, less });
  }

  /** @param {Item} leaf @param {number} row @returns {Entry} */
  entryOf(leaf, row) {
    const entry = this.entries.get(Number(leaf.number));
    if (!entry) throw new Fault("unknown-entry", row);
    return entry;
  }

  /** @param {Item} leaf @param {Json} said @param {number} row */
  stand(leaf, said, row) {
    const entry = this.entryOf(leaf, row);
    entry.isKnown = true;
    if (!this.isOpened) return;
    if (!isItem(said) || !fits(said, STANDING) || said.eligible !== (said.why === null)) throw new Fault("shape", row);
    const sender = typeof said.sender === "string" ? said.sender : null;
    const before = entry.standing?.sender ?? null;
    if (before !== null && before !== sender) throw new Fault("sender", row);
    const isLate = this.isLate(entry);
    if (said.eligible && isLate) throw new Fault("late", row);
    if (said.why === "late" && !isLate) throw new Fault("not-late", row);
    const isDisqualified = said.why === "disqualified";
    const isUnexplained = isDisqualified && said.reason === null;
    entry.standing = { eligible: said.eligible === true, isDisqualified, isUnexplained, proven: said.proven === true, sender };
    entry.row = row;
  }

  /** @param {Entry} entry */
  isLate(entry) {
    if (!this.closes || entry.at < this.closes) return false;
    if (!entry.stamped || entry.stamped >= this.closes) return true;
    const underWay = BigInt(this.terms.settling.get(entry.door) ?? 0) * 1_000_000n;
    return microseconds(entry.at) - microseconds(this.closes) > underWay;
  }

  /** @param {Item} leaf @param {Json} said @param {number} row */
  judge(leaf, said, row) {
    const entry = this.entryOf(leaf, row);
    if (!entry.isKnown) throw new Fault("judged", row);
    if (!this.isOpened) return;
    if (!isItem(said) || !fits(said, VERDICT)) throw new Fault("shape", row);
    if (!entry.standing?.eligible) throw new Fault("judged", row);
    if (said.terms !== this.version) throw new Fault("terms", row);
    const holders = this.holders();
    if (holders.length === this.terms.prizes || holders.includes(Number(leaf.number))) {
      throw new Fault("judged-after", row);
    }
    if (this.isFixed(Number(leaf.number), entry)) throw new Fault("judged-fixed", row);
    if (said.judge === "rule" && !this.terms.hasRule) throw new Fault("no-rule", row);
    this.introduce(String(said.judge), row);
    entry.verdicts.push({ judge: String(said.judge), judgement: String(said.judgement) });
  }

  /** What has led to somebody who was told that they have won stays as it is: not what nobody had to decide for that, and
   * not what comes behind the last one who was told. @param {number} number @param {Entry} entry */
  isFixed(number, entry) {
    const ruling = this.rulingOn(entry);
    const isDecided = ruling === "correct" || ruling === "incorrect";
    return this.isTold && isDecided && [...this.holders(), ...this.lost].some((told) => number <= told);
  }

  /** People are called j1, j2 … as they come. @param {string} judge @param {number} row */
  introduce(judge, row) {
    if (judge === "rule" || this.judges.has(judge)) return;
    this.judges.add(judge);
    if (judge !== `j${this.judges.size}`) throw new Fault("judge", row);
  }

  holders() {
    return [...this.awards.values()].map((award) => award.number);
  }

  /** A prize comes a step further, or back. @param {Item} leaf @param {Json} said @param {number} row */
  give(leaf, said, row) {
    if (!isItem(said) || !fits(said, AWARD)) throw new Fault("shape", row);
    const { by, step } = { by: String(said.by), step: String(said.step) };
    const { prize, number } = { prize: Number(said.prize), number: Number(said.number) };
    if (!ACTS[step]?.includes(by)) throw new Fault("whose", row);
    if (this.how && step !== "sent" && step !== "received") throw new Fault("over", row);
    this.mindRevoking(prize, step, row);
    if (step === "notified") {
      this.tell(prize, number, leaf, row);
      return;
    }
    const held = this.awards.get(prize);
    if (held?.number !== number || !isNext(held, step)) throw new Fault("step", row);
    if (step === "expired" && isTooSoon(held, String(leaf.at))) throw new Fault("expired", row);
    held.step = step;
    if (!BACK.includes(step)) return;
    this.back.push({ prize, number, step, by, at: String(leaf.at) });
    this.awards.delete(prize);
    if (step !== "revoked") this.lost.add(number);
  }

  /** Prizes that were won by other terms are taken back before anything else; any other is only where it is called off.
   * @param {number} prize @param {string} step @param {number} row */
  mindRevoking(prize, step, row) {
    const isDue = this.toBeRevoked.has(prize);
    if (this.toBeRevoked.size && !(isDue && BACK.includes(step))) throw new Fault("step", row);
    if (this.isCalledOff && step !== "revoked") throw new Fault("step", row);
    this.isCalledOff = this.isCalledOff || (step === "revoked" && !isDue);
    this.toBeRevoked.delete(prize);
  }

  /** Somebody is told that they have won. @param {number} prize @param {number} number @param {Item} leaf @param {number} row */
  tell(prize, number, leaf, row) {
    if (this.awards.has(prize) || !this.comesTo(prize, number)) throw new Fault("winner", row);
    this.isTold = true;
    this.awards.set(prize, { number, step: "notified", since: String(leaf.at), days: this.terms.days });
  }

  /** @param {number} prize @param {number} number */
  comesTo(prize, number) {
    for (const [coming, winner] of this.coming()) if (coming === prize) return winner === number;
    return false;
  }

  /** @param {Item} leaf @param {number} row */
  end(leaf, row) {
    const held = [...this.awards].map(([prize, { number }]) => ({ number, prize, by: this.decidersOf(number) }));
    held.sort((one, other) => one.prize - other.prize);
    if (!isSame(leaf.winners, held)) throw new Fault("winners", row);
    this.how = String(leaf.how);
    this.ending = { row, at: String(leaf.at), reason: typeof leaf.reason === "string" ? leaf.reason : null };
    this.winners = held;
    if (this.how === "cancelled" && held.length) throw new Fault("called-off", row);
    if (this.how === "cancelled") return;
    if (!this.isClosed) throw new Fault("not-closed", row);
    if (!this.isOpened) return;
    const isWaiting = [...this.awards.values()].some((award) => award.step === "notified");
    const isEarly = isWaiting || this.isCalledOff || this.toBeRevoked.size > 0 || !this.coming().next().done;
    if ((this.how === "final") !== held.length > 0 || isEarly) throw new Fault("ended", row);
    this.undecided = this.stillPossible();
  }

  /** "Who wins": prizes that are nobody's yet, by rank, with the numbers of the entries that get them.
   * @returns {Generator<[number, number]>} */
  *coming() {
    const senders = this.sendersServed();
    let prize = this.nextVacant(0);
    for (const [number, entry] of this.inTheRunning()) {
      if (prize > this.terms.prizes) return;
      const sender = entry.standing?.sender ?? null;
      if (sender !== null && senders.has(sender)) continue;
      const ruling = this.rulingOn(entry);
      if (ruling === "incorrect") continue;
      // Whatever is correct behind it has to wait.
      if (ruling !== "correct" || !entry.standing?.proven) return;
      yield [prize, number];
      if (sender !== null) senders.add(sender);
      prize = this.nextVacant(prize);
    }
  }

  /** The next prize that is nobody's; there need not be one of that rank. @param {number} prize */
  nextVacant(prize) {
    let next = prize + 1;
    while (this.awards.has(next)) next += 1;
    return next;
  }

  /** How many could still have come to a prize, but for a ruling or a word of their senders. */
  stillPossible() {
    if (this.awards.size === this.terms.prizes) return 0;
    const senders = this.sendersServed();
    return [...this.inTheRunning()].filter(([, entry]) => {
      const sender = entry.standing?.sender ?? null;
      return !(sender !== null && senders.has(sender)) && this.rulingOn(entry) !== "incorrect" && !this.isLate(entry);
    }).length;
  }

  /** Whoever has a prize, or has lost one. */
  sendersServed() {
    const numbers = [...this.holders(), ...this.lost];
    const senders = new Set(numbers.map((number) => this.entries.get(number)?.standing?.sender ?? null));
    senders.delete(null);
    return senders;
  }

  /** The entries that may get a prize, by number: not kept out, not after the last try of their senders, without a prize.
   * @returns {Generator<[number, Entry]>} */
  *inTheRunning() {
    const passed = new Set([...this.holders(), ...this.lost]);
    /** @type {Map<string, number>} */
    const used = new Map();
    for (const [number, entry] of this.entries) {
      const standing = entry.standing;
      if (standing && !standing.eligible) continue;
      const tries = used.get(standing?.sender ?? "") ?? 0;
      if (standing?.sender && this.terms.attempts !== null) {
        if (tries >= this.terms.attempts) continue;
        if (standing.proven) used.set(standing.sender, tries + 1);
      }
      if (!passed.has(number)) yield [number, entry];
    }
  }

  /** By whose verdicts an entry is correct. @param {number} number */
  decidersOf(number) {
    const verdicts = this.entries.get(number)?.verdicts ?? [];
    const ofPeople = verdicts.filter(({ judge }) => judge !== "rule");
    if (!ofPeople.length) return ["rule"];
    if (this.terms.judges < 2) return ofPeople.slice(-1).map(({ judge }) => judge);
    const last = new Map(ofPeople.map(({ judge, judgement }) => [judge, judgement]));
    const [first, second, ...others] = last.keys();
    const agree = last.get(first ?? "") === last.get(second ?? "") && last.get(first ?? "") !== "unclear";
    if (first !== undefined && second !== undefined && agree) return [first, second];
    return others.filter((judge) => last.get(judge) !== "unclear").slice(0, 1);
  }

  /** What the verdicts on an entry come to; null while it takes more of them, or nobody has said that it can win.
   * @param {Entry} entry */
  rulingOn(entry) {
    if (!entry.standing) return null;
    const ofPeople = entry.verdicts.filter((verdict) => verdict.judge !== "rule");
    if (!ofPeople.length) return entry.verdicts.at(-1)?.judgement ?? null;
    if (this.terms.judges < 2) return ofPeople.at(-1)?.judgement ?? null;
    return rulingOfTwo(new Map(ofPeople.map((verdict) => [verdict.judge, verdict.judgement])));
  }
}

/** What two judges come to and, where they do not agree, the first one after them who is sure; null for one alone.
 * @param {Map<string, string>} last the last word of each, in the order of their first ones */
function rulingOfTwo(last) {
  const [first, second, ...others] = last.values();
  if (second === undefined) return null;
  if (first === second && first !== "unclear") return first;
  return others.find((word) => word !== "unclear") ?? "unclear";
}

/** @param {Award} held @param {string} step */
function isNext(held, step) {
  // Of before prizes had to be claimed nobody was asked to.
  const wasNeverAsked = step === "sent" && held.step === "notified" && held.days === null;
  return wasNeverAsked || (STEPS[step] ?? []).includes(held.step);
}

/** @param {Award} held @param {string} at */
function isTooSoon(held, at) {
  return held.days === null || microseconds(at) - microseconds(held.since) < BigInt(held.days) * DAY;
}

/** @param {Json} content @param {Item} leaf @param {number} row @returns {Terms} */
function termsOf(content, leaf, row) {
  if (!isItem(content) || !isTerms(content)) throw new Fault("shape", row);
  if (Object.hasOwn(content, "closes_at") && content.closes_at !== leaf.closes_at) throw new Fault("shape", row);
  const { prizes, attempts, judges, settling, claim_days: days, answer = null } = content;
  const rule = isItem(answer) && isItem(answer.rule) ? answer.rule : null;
  return {
    prizes: Array.isArray(prizes) ? prizes.length : 0,
    attempts: typeof attempts === "number" ? attempts : null,
    judges: Number(judges),
    settling: new Map(Object.entries(isItem(settling) ? settling : {}).map(([door, each]) => [door, Number(each)])),
    days: typeof days === "number" ? days : null,
    hasRule: rule?.mode === "decides",
  };
}

/** What of the terms is another, by name; the closing time stands in the row. Both are written in canonical form.
 * @param {Item} before @param {Item} now @returns {Change[]} */
function changesIn(before, now) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  const both = names.map((name) => ({ name, before: valueIn(before, name), now: valueIn(now, name) }));
  return both.filter((each) => each.name !== "closes_at" && !isAlike(each.before, each.now));
}

/** @param {Item} terms @param {string} name @returns {Json} */
const valueIn = (terms, name) => (Object.hasOwn(terms, name) ? (terms[name] ?? null) : null);

/** @param {Json} one @param {Json} other */
const isAlike = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** @param {Item | null} terms */
function settlingIn(terms) {
  return JSON.stringify(terms && Object.hasOwn(terms, "settling") ? terms.settling : {});
}

/** The ranks of the prizes of which less was said than before that they are worth.
 * @param {Json | undefined} before @param {Json | undefined} now @returns {number[]} */
function worthLess(before, now) {
  if (!Array.isArray(before) || !Array.isArray(now)) return [];
  return before.flatMap((prize, place) => {
    const [was, is] = [centsOf(prize), centsOf(now[place])];
    return was !== null && (is === null || is < was) ? [place + 1] : [];
  });
}

/** @param {Json | undefined} prize */
function centsOf(prize) {
  return isItem(prize) && Number.isInteger(prize.value_cents) ? Number(prize.value_cents) : null;
}

/** @param {Json | undefined} said @param {Winner[]} held */
function isSame(said, held) {
  return (
    Array.isArray(said) &&
    said.length === held.length &&
    held.every(({ number, prize }, place) => {
      const each = said[place];
      return isItem(each) && each.number === number && each.prize === prize;
    })
  );
}
