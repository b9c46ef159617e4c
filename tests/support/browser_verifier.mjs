// Checks ledgers as the page does, outside of a browser: one JSON object a line in, and one out.
// In: `file` in base64, and `own` and `kept` where there are any; `canCheckSignatures`: false as where a browser does not
// know them. Out: `found`, or `fault`.
import { createInterface } from "node:readline";
import { Fault, verify } from "../../blog/static/js/ledger.js";

const known = globalThis.crypto;
for await (const line of createInterface({ input: process.stdin })) {
  const { file, own = null, kept = "", canCheckSignatures = true } = JSON.parse(line);
  const crypto = canCheckSignatures ? known : undefined;
  Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
  const bytes = new Uint8Array(Buffer.from(file, "base64")).buffer;
  const said = await verify(bytes, () => {}, { own, kept }).then(
    (found) => ({ found }),
    (error) => {
      if (!(error instanceof Fault)) throw error;
      return { fault: { why: error.why, row: error.row, size: error.size, said: error.said } };
    },
  );
  console.log(JSON.stringify(said, (_name, value) => (typeof value === "bigint" ? String(value) : value)));
}
