// @ts-check
// What is wrong with a ledger.

/** Something is not as it should be: `why` is a word of the page (`blog/challenges/words/checking.py`); `row` the first row
 * that is wrong, or null; `size` of the checkpoint that is, or null; `said`: what the words quote. */
export class Fault extends Error {
  /** @param {string} why @param {number | null} [row] @param {number | null} [size] @param {{ [name: string]: string }} [said] */
  constructor(why, row = null, size = null, said = {}) {
    super(why);
    this.why = why;
    this.row = row;
    this.size = size;
    this.said = said;
  }
}
