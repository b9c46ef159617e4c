// @ts-check
// SHA-256 (FIPS 180-4), at once. That of browsers answers later, for each hash anew: a ledger needs a hundred thousand
// of them, and waiting would take longer than computing. It is also there on pages that did not come over https.

const BLOCK = 64;
const WORDS = new Int32Array(BLOCK);
const START = fractions(8, 1 / 2);
const ROUNDS = fractions(BLOCK, 1 / 3);

/** The first 32 bits behind the point of the roots of the first primes (4.2.2, 5.3.3). @param {number} count @param {number} power */
function fractions(count, power) {
  /** @type {number[]} */
  const primes = [];
  for (let each = 2; primes.length < count; each += 1) {
    if (primes.every((prime) => each % prime !== 0)) primes.push(each);
  }
  return Int32Array.from(primes, (prime) => (prime ** power % 1) * 2 ** 32);
}

/** The hash over some bytes, one part behind the other. @param {...Uint8Array} parts */
export function sha256(...parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  // A one behind the text, and its length in bits in the last eight bytes (5.1.1).
  const padded = new Uint8Array(Math.ceil((length + 9) / BLOCK) * BLOCK);
  let place = 0;
  for (const part of parts) {
    padded.set(part, place);
    place += part.length;
  }
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(padded.length - 4, (length * 8) % 2 ** 32);
  const state = START.slice();
  for (let start = 0; start < padded.length; start += BLOCK) mix(state, view, start);
  const hash = new Uint8Array(32);
  const written = new DataView(hash.buffer);
  state.forEach((word, number) => written.setInt32(number * 4, word));
  return hash;
}

/** One block (6.2.2). @param {Int32Array} state @param {DataView} view @param {number} start */
function mix(state, view, start) {
  for (let t = 0; t < 16; t += 1) WORDS[t] = view.getInt32(start + 4 * t);
  for (let t = 16; t < BLOCK; t += 1) {
    const x = word(WORDS, t - 15);
    const y = word(WORDS, t - 2);
    const small = (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    WORDS[t] = word(WORDS, t - 16) + word(WORDS, t - 7) + small;
  }
  let [a, b, c, d, e, f, g, h] = /** @type {[number, number, number, number, number, number, number, number]} */ (
    /** @type {unknown} */ (state)
  );
  for (let t = 0; t < BLOCK; t += 1) {
    const chosen = (e & f) ^ (~e & g);
    const most = (a & b) ^ (a & c) ^ (b & c);
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + chosen + word(ROUNDS, t) + word(WORDS, t)) | 0;
    const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + most;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((each, number) => {
    state[number] = word(state, number) + each;
  });
}

/** @param {Int32Array} words @param {number} place */
const word = (words, place) => words[place] ?? 0;

/** @param {number} value @param {number} by */
const turn = (value, by) => (value >>> by) | (value << (32 - by));
