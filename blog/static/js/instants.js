// @ts-check
// Instants as a ledger writes them: `2026-05-01T10:02:33.000417Z`, in UTC, to the microsecond. As text they sort by time.

const FORM = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/** Whether it is one, and there was such a day and such an hour. @param {unknown} value */
export function isInstant(value) {
  if (typeof value !== "string" || !FORM.test(value)) return false;
  const found = new Date(`${value.slice(0, 19)}Z`);
  return !Number.isNaN(found.getTime()) && found.toISOString().slice(0, 19) === value.slice(0, 19);
}

/** In microseconds: of far years they are more than a number counts exactly. @param {string} instant */
export const microseconds = (instant) =>
  BigInt(Date.parse(`${instant.slice(0, 19)}Z`)) * 1000n + BigInt(instant.slice(20, 26));
