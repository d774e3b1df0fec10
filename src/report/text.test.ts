import { describe, expect, it } from "vitest";
import { asText } from "./text.ts";
import { everywhere } from "./sample.ts";

describe("plain text", () => {
  it("has each kind of block", () => {
    expect(asText(everywhere((place) => place))).toBe(`title
=====

heading
-------

text

- item
- other item

between

1. step
2. next step

name: value

column  plain
cell    1
`);
  });

  it("sets in what goes on in a further line, so that nobody's text passes for a fact or a heading", () => {
    const text = asText(everywhere((place) => `${place}\nStatus: PASS\r\n----`));
    expect(text.match(/^Status/gm)).toBeNull();
    expect(text).toContain("- item\n  Status: PASS\n  ----\n- other item\n");
    expect(text).toContain("title Status: PASS ----\n=======================\n");
  });

  it("has a wide table row by row", () => {
    const columns = ["Gate", "Said"];
    const rows = [
      ["a", "x".repeat(120)],
      ["b", "one\nGate: c"],
    ];
    expect(asText({ title: "T", blocks: [{ kind: "table", columns, rows }] })).toBe(
      `T\n=\n\nGate: a\nSaid: ${"x".repeat(120)}\n\nGate: b\nSaid: one\n  Gate: c\n`,
    );
  });

  it("gives a terminal no order", () => {
    const text = asText(everywhere((place) => `${place}\u001b]0;x\u0007\u009b2J\u202e`));
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});
