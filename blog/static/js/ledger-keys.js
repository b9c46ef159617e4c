// @ts-check
// The keys and the signed checkpoints of a ledger: C2SP signed-note and tlog-checkpoint, with Ed25519 (RFC 8032).

import { hex, unbase64, utf8 } from "./bytes.js";
import { isInstant } from "./instants.js";
import { sha256 } from "./sha256.js";

/** `text` is what is signed. @typedef {{ text: string, origin: string, size: number, root: string, at: string, signer: string,
 *   signature: Uint8Array<ArrayBuffer> }} Note */
/** @typedef {{ name: string, id: string, key: Uint8Array<ArrayBuffer> }} Key */

const KEY = /^([!-*,-~]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/;
const NOTE =
  /^(([!-~]{1,400})\n([1-9][0-9]{0,14})\n([A-Za-z0-9+/]{43}=)\nat ([0-9TZ:.-]{27})\n)\n— ([!-*,-~]{1,255}) ([A-Za-z0-9+/]{91}=)\n$/;
const ED25519 = 1;

/** A checkpoint with its one signature; null for anything else. @param {string} said @returns {Note | null} */
export function noteOf(said) {
  const [, text, origin, size, root, at, signer, encoded] = NOTE.exec(said) ?? [];
  const signature = unbase64(encoded ?? "");
  if (!text || !origin || !root || !signer || !signature || !isInstant(at) || !unbase64(root)) return null;
  return { text, origin, size: Number(size), root, at: String(at), signer, signature };
}

/** The key in a text `name+id+key`; null for what is none. @param {string} said @returns {Key | null} */
export function keyOf(said) {
  const [, name, id, encoded] = KEY.exec(said) ?? [];
  const raw = unbase64(encoded ?? "");
  if (!name || !id || raw?.length !== 33 || raw[0] !== ED25519) return null;
  const key = raw.slice(1);
  const identity = hex(sha256(utf8(`${name}\n`), raw).slice(0, 4));
  return identity === id && isKey(key) ? { name, id, key } : null;
}

/** What a key is told apart by: the SHA-256 of it. @param {Key} key */
export const fingerprintOf = ({ key }) => hex(sha256(key));

/** Whether a key has signed a note; null where this browser knows no Ed25519. @param {Note} note @param {Key} by
 * @returns {Promise<boolean | null>} */
export async function isSigned(note, by) {
  if (note.signer !== by.name || hex(note.signature.slice(0, 4)) !== by.id) return false;
  // Only pages that came over https have it.
  if (!globalThis.crypto?.subtle) return null;
  try {
    const key = await crypto.subtle.importKey("raw", by.key, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, note.signature.slice(4), utf8(note.text));
  } catch (error) {
    return error instanceof DOMException && error.name === "NotSupportedError" ? null : false;
  }
}

// --- Points of the curve: browsers take any 32 bytes for a key, and for some of them anybody can sign ---

/** @typedef {[bigint, bigint, bigint, bigint]} Point */

const P = 2n ** 255n - 19n;
const D = modulo(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);

/** Whether 32 bytes are a point of the curve, in the one way to write it, and not one of the few of which eight times is
 * nothing: one signature of those fits many messages. @param {Uint8Array} encoded */
function isKey(encoded) {
  let point = pointOf(encoded);
  if (!point) return false;
  for (let doubling = 0; doubling < 3; doubling += 1) point = sum(point, point);
  return point[0] !== 0n || point[1] !== point[2];
}

/** RFC 8032, section 5.1.3. @param {Uint8Array} encoded @returns {Point | null} */
function pointOf(encoded) {
  const number = BigInt(`0x${hex(encoded.slice().reverse())}`);
  const isOdd = number >> 255n;
  const y = number & (2n ** 255n - 1n);
  const u = modulo(y * y - 1n);
  const v = modulo(D * y * y + 1n);
  let x = modulo(u * v ** 3n * power(modulo(u * v ** 7n), (P - 5n) / 8n));
  if (modulo(v * x * x + u) === 0n) x = modulo(x * ROOT_OF_MINUS_1);
  if (y >= P || modulo(v * x * x - u) !== 0n || (x === 0n && isOdd)) return null;
  if ((x & 1n) !== isOdd) x = P - x;
  return [x, y, 1n, modulo(x * y)];
}

/** RFC 8032, section 5.1.4. @param {Point} one @param {Point} other @returns {Point} */
function sum([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = (y1 - x1) * (y2 - x2);
  const b = (y1 + x1) * (y2 + x2);
  const c = 2n * D * t1 * t2;
  const d = 2n * z1 * z2;
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [modulo(e * f), modulo(g * h), modulo(f * g), modulo(e * h)];
}

/** @param {bigint} number */
function modulo(number) {
  const left = number % P;
  return left < 0n ? left + P : left;
}

/** @param {bigint} base @param {bigint} exponent */
function power(base, exponent) {
  let found = 1n;
  for (let left = exponent, square = base; left; left >>= 1n, square = modulo(square * square)) {
    if (left & 1n) found = modulo(found * square);
  }
  return found;
}
