// @ts-check
// Checks a ledger beside the page, which stays free meanwhile: is sent the bytes, sends back how far it is, and what it found.

import { Fault, verify } from "./ledger.js";

addEventListener("message", async ({ data }) => {
  try {
    const found = await verify(data, (done) => postMessage({ done }));
    postMessage({ found });
  } catch (error) {
    const { why, row, size } = error instanceof Fault ? error : new Fault("file");
    postMessage({ fault: { why, row, size } });
  }
});
