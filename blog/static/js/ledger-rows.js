// @ts-check
// What stands in the rows of a ledger, and in what is sealed in them: names, and which values they may have.

import { isInstant } from "./instants.js";

/** @typedef {null | boolean | number | string | Json[] | { [name: string]: Json }} Json */
/** @typedef {{ [name: string]: Json }} Item */
/** @typedef {(value: Json | undefined) => boolean} Check */
/** @typedef {{ [name: string]: Check }} Fields */

/** By what a prize comes to, what it may come from. */
export const STEPS = words({
  claimed: ["notified"],
  sent: ["claimed"],
  received: ["sent"],
  declined: ["notified", "claimed"],
  expired: ["notified"],
  disqualified: ["notified", "claimed"],
  revoked: ["notified"],
});
/** By what a prize comes to, whose act that is. */
export const ACTS = words({
  notified: ["desk"],
  claimed: ["winner"],
  sent: ["desk"],
  received: ["winner", "desk"],
  declined: ["winner", "desk"],
  expired: ["clock", "desk"],
  disqualified: ["desk"],
  revoked: ["desk"],
});
/** With one of these a prize is nobody's any more. */
export const BACK = ["declined", "expired", "disqualified", "revoked"];
const WHY_NOT = "automatic bounce list late staff empty duplicate unconfirmed withdrawn disqualified".split(" ");
// Whether it is of all terms and not only of one row, `Contest` knows.
const JUDGE = /^(rule|j[1-9][0-9]{0,5})$/;

/** @type {Check} */
const isText = (value) => typeof value === "string";
/** @type {Check} */
const isTruth = (value) => typeof value === "boolean";
/** @type {Check} */
const isCount = (value) => Number.isSafeInteger(value) && Number(value) >= 1;
/** @type {Check} */
const isPlace = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isHash = like(/^[0-9a-f]{64}$/);

/** @param {RegExp} pattern @returns {Check} */
function like(pattern) {
  return (value) => typeof value === "string" && pattern.test(value);
}

/** @param {Check} check @returns {Check} */
const orNull = (check) => (value) => value === null || check(value);

/** @param {string[]} known @returns {Check} */
const oneOf = (known) => (value) => typeof value === "string" && known.includes(value);

/** @param {Check} check @returns {Check} */
const listOf = (check) => (value) => Array.isArray(value) && value.every(check);

/** An object without the names that every object has of its own. @template T @param {{ [name: string]: T }} given
 * @returns {{ [name: string]: T }} */
function words(given) {
  return Object.assign(Object.create(null), given);
}

const ALWAYS = { at: isInstant, i: isPlace, kind: isText };
const SEALED = { ...ALWAYS, sealed: isHash };
const WINNER = words({ number: isCount, prize: isCount });
// Keys are looked at where they are needed.
/** @type {{ [kind: string]: Fields }} */
const LEAVES = words({
  opened: {
    ...SEALED,
    begun_at: isInstant,
    closes_at: orNull(isInstant),
    key: isText,
    origin: like(/^[!-~]{1,400}$/),
  },
  entry: { ...ALWAYS, door: isText, number: isCount, private: isHash, stamped_at: orNull(isInstant) },
  refused: { ...ALWAYS, count: isCount, door: isText, since: isInstant, until: isInstant, why: isText },
  standing: { ...SEALED, number: isCount },
  verdict: { ...SEALED, number: isCount },
  amended: { ...SEALED, closes_at: orNull(isInstant), reason: isText, rejudge: isTruth },
  closed: { ...ALWAYS, closes_at: isInstant },
  award: SEALED,
  ended: {
    ...ALWAYS,
    how: oneOf(["final", "no_winner", "cancelled"]),
    reason: orNull(isText),
    winners: listOf((value) => fits(value, WINNER)),
  },
  key: { ...ALWAYS, key: isText },
  anchor: { ...ALWAYS, authority: isText, sha256: isHash, size: isCount },
  restored: { ...ALWAYS, reason: isText, root: isHash, signed_at: isInstant, size: isCount },
});
/** What is sealed in a standing. @type {Fields} */
export const STANDING = {
  eligible: isTruth,
  proven: isTruth,
  reason: orNull(isHash),
  sender: orNull(like(/^[0-9a-f]{16}$/)),
  why: orNull(oneOf(WHY_NOT)),
};
/** What is sealed in a verdict. @type {Fields} */
export const VERDICT = {
  judge: like(JUDGE),
  judgement: oneOf(["correct", "incorrect", "unclear"]),
  reason: orNull(isHash),
  rubric: listOf(isText),
  terms: isPlace,
};
/** What is sealed in a step of a prize. @type {Fields} */
export const AWARD = {
  by: oneOf(["winner", "desk", "clock"]),
  number: isCount,
  prize: isCount,
  reason: orNull(isHash),
  step: oneOf(Object.keys(ACTS)),
};
/** What opens a seal. @type {Fields} */
export const OPENING = { content: (value) => value !== null && value !== undefined, salt: isHash };
/** @type {Fields} */
export const STAMP = { authority: isText, token: isText };

/** Whether a leaf has just what one of its kind has. @param {Item} leaf */
export function isLeaf(leaf) {
  const fields = typeof leaf.kind === "string" ? LEAVES[leaf.kind] : undefined;
  return fields !== undefined && fits(leaf, fields);
}

/** Whether these are terms that say who wins. They may say more. @param {Json | undefined} value */
export function isTerms(value) {
  if (!isItem(value)) return false;
  const { prizes, attempts, judges } = value;
  const settling = Object.hasOwn(value, "settling") ? value.settling : {};
  const closes = Object.hasOwn(value, "closes_at") ? value.closes_at : null;
  const days = Object.hasOwn(value, "claim_days") ? value.claim_days : 0;
  return (
    Array.isArray(prizes) &&
    prizes.length > 0 &&
    orNull(isCount)(attempts) &&
    (judges === 1 || judges === 2) &&
    isItem(settling) &&
    Object.values(settling).every(isPlace) &&
    orNull(isInstant)(closes) &&
    isPlace(days)
  );
}

/** Whether a value is an object with these names and no others, and what they may have.
 * @param {Json | undefined} value @param {Fields} fields */
export function fits(value, fields) {
  if (!isItem(value)) return false;
  const names = Object.keys(fields);
  return (
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name) && fields[name]?.(value[name]) === true)
  );
}

/** @param {Json | undefined} value @returns {value is Item} */
export function isItem(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
