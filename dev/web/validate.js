// Reads pages from standard input, each as a JSON string on a line, and answers each with a list of its faults.
import { createInterface } from "node:readline";
import { HtmlValidate } from "html-validate";

const checker = new HtmlValidate({
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // How it looks to who reads the source, which nobody does.
    "no-trailing-whitespace": "off",
    "doctype-style": ["error", { style: "lowercase" }],
    // Answers to one question, of which one may choose several, share a name.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "reset", "submit"] }],
    // A table that becomes cards on a phone is no table to a screen reader any more, unless its roles are spelt out.
    "no-redundant-role": "off",
  },
});
for await (const line of createInterface({ input: process.stdin })) {
  const report = await checker.validateString(JSON.parse(line));
  const faults = report.results.flatMap((result) =>
    result.messages.map((fault) => `${fault.line}:${fault.column} ${fault.ruleId}: ${fault.message}`),
  );
  console.log(JSON.stringify(faults));
}
