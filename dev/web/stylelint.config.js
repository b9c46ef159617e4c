// Only CSS that is widely available, names that exist, and no left or right where the language decides.

// What an older browser passes over without harm: it shows the same words, less finely set.
const ENHANCEMENTS = {
  "accent-color": ["/./"],
  "box-decoration-break": ["clone"],
  "break-after": ["avoid"],
  "forced-color-adjust": ["/./"],
  "hanging-punctuation": ["/./"],
  "hyphenate-limit-chars": ["/./"],
  orphans: ["/./"],
  "overscroll-behavior": ["/./"],
  "print-color-adjust": ["/./"],
  resize: ["/./"],
  "text-size-adjust": ["/./"],
  "text-wrap": ["balance", "pretty"],
  widows: ["/./"],
};

/** @type {import("stylelint").Config} */
export default {
  plugins: ["stylelint-plugin-use-baseline"],
  reportNeedlessDisables: true,
  rules: {
    "plugin/use-baseline": [
      true,
      {
        available: "widely",
        ignoreProperties: ENHANCEMENTS,
        // Newly available in May 2024, so widely since November 2026; the data of the plugin is older.
        ignoreFunctions: ["light-dark"],
        // They colour what every browser shows.
        ignoreSelectors: ["selection", "marker"],
      },
    ],
    // `overflow-inline` is too new.
    "property-layout-mappings": ["flow-relative", { ignoreProperties: ["overflow-x", "overflow-y"] }],
    // A text field grows downwards in every language that we speak, and `resize: block` is too new.
    "value-keyword-layout-mappings": ["flow-relative", { ignoreProperties: ["resize"] }],
    "at-rule-descriptor-no-unknown": true,
    "at-rule-no-unknown": true,
    "at-rule-prelude-no-invalid": true,
    "block-no-empty": true,
    "color-no-invalid-hex": true,
    "custom-property-no-missing-var-function": true,
    "declaration-block-no-duplicate-properties": true,
    "declaration-block-no-shorthand-property-overrides": true,
    "declaration-property-value-no-unknown": true,
    "function-no-unknown": true,
    "keyframe-block-no-duplicate-selectors": true,
    "media-feature-name-no-unknown": true,
    "media-feature-name-value-no-unknown": true,
    "media-query-no-invalid": true,
    "named-grid-areas-no-invalid": true,
    "no-duplicate-selectors": true,
    "no-invalid-position-declaration": true,
    "property-no-deprecated": true,
    "property-no-unknown": true,
    "selector-pseudo-class-no-unknown": true,
    "selector-pseudo-element-no-unknown": true,
    "selector-type-no-unknown": true,
    "syntax-string-no-invalid": true,
    "unit-no-unknown": true,
  },
};
