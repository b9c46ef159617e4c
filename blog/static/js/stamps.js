// @ts-check
// The answers of time-stamp authorities (RFC 3161): what they have seen, and when. Who has signed that is not checked.

import { hex } from "./bytes.js";
import { isInstant } from "./instants.js";

/** A hash in hexadecimal, and an instant. @typedef {{ digest: string, at: string }} Seen */
/** @typedef {{ tag: number, content: Uint8Array }} Value */

const SEQUENCE = 0x30;
const GENERALIZED_TIME = 0x18;
const SHA256 = "608648016503040201";
const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/;

/** What an authority vouches for in its answer (TimeStampResp in DER); null for anything else.
 * @param {Uint8Array} answer @returns {Seen | null} */
export function seenIn(answer) {
  try {
    const [, token] = within(answer, SEQUENCE, 2);
    const [, signedData] = values(token, 2);
    const [signed] = values(signedData, 1);
    const [, , info] = values(signed);
    const [, wrapped] = values(info, 2);
    const [octets] = values(wrapped, 1);
    const [, , imprint, , time] = within(octets?.content, SEQUENCE);
    const [algorithm, digest] = values(imprint, 2);
    const [identifier] = values(algorithm);
    const at = time?.tag === GENERALIZED_TIME ? instantOf(time.content) : null;
    if (!at || !digest || !identifier || hex(identifier.content) !== SHA256) return null;
    return { digest: hex(digest.content), at };
  } catch (error) {
    if (error instanceof NoDer) return null;
    throw error;
  }
}

/** @param {Uint8Array} written @returns {string | null} */
function instantOf(written) {
  const found = TIME.exec(String.fromCharCode(...written.slice(0, 32)));
  if (!found || written.length > 32) return null;
  const [, year, month, day, hour, minute, second, fraction = ""] = found;
  const parts = `${fraction}000000`.slice(0, 6);
  const instant = `${year}-${month}-${day}T${hour}:${minute}:${second}.${parts}Z`;
  return isInstant(instant) ? instant : null;
}

class NoDer extends Error {}

/** @param {Uint8Array | undefined} der @param {number} tag @param {number} [count] */
function within(der, tag, count) {
  const [whole, ...more] = elements(der);
  if (whole?.tag !== tag || more.length) throw new NoDer();
  return values(whole, count);
}

/** @param {Value | undefined} value @param {number} [count] */
function values(value, count) {
  const found = elements(value?.content);
  if (count !== undefined && found.length !== count) throw new NoDer();
  return found;
}

/** The values that stand one behind the other (X.690, section 8.1). @param {Uint8Array | undefined} der @returns {Value[]} */
function elements(der) {
  /** @type {Value[]} */
  const found = [];
  if (!der) throw new NoDer();
  for (let at = 0; at < der.length; ) {
    const tag = der[at] ?? 0;
    let length = der[at + 1] ?? Number.POSITIVE_INFINITY;
    let begin = at + 2;
    if (length >= 0x80 && length <= 0xff) {
      const digits = der.slice(begin, begin + (length & 0x7f));
      begin += length & 0x7f;
      length = digits.reduce((sum, digit) => sum * 256 + digit, 0);
    }
    at = begin + length;
    if (at > der.length) throw new NoDer();
    found.push({ tag, content: der.slice(begin, at) });
  }
  return found;
}
