// @ts-check
// Checks a ledger beside the page, which stays free meanwhile: is sent the bytes and what others know of it, sends back how far it is, and what it found.

import { Fault, verify } from "./ledger.js";

addEventListener("message", async ({ data }) => {
  try {
    const { bytes, own, kept } = data;
    const found = await verify(bytes, (done) => postMessage({ done }), { own, kept });
    postMessage({ found });
  } catch (error) {
    const { why, row, size, said } = error instanceof Fault ? error : new Fault("file");
    postMessage({ fault: { why, row, size, said } });
  }
});
