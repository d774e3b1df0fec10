import { describe, expect, it } from "vitest";
import { asMarkdown } from "./markdown.ts";
import { everywhere } from "./sample.ts";

const of = (text: string): string =>
  asMarkdown({ title: "T", blocks: [{ kind: "text", text }] }).slice("# T\n\n".length, -1);

describe("Markdown", () => {
  it("has each kind of block", () => {
    expect(asMarkdown(everywhere((place) => place))).toBe(`# title

## heading

text

- item
- other item

between

1. step
2. next step

- **name:** value

| column | plain |
| --- | --- |
| cell | 1 |
`);
  });

  it.each([
    ["<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
    ["&lt;b&gt;", "&amp;lt;b&amp;gt;"],
    ["[here](javascript:alert(1))", "\\[here\\](javascript:alert(1))"],
    ["![x](https://elsewhere.example/pixel)", "!\\[x\\](https://elsewhere.example/pixel)"],
    ["*a* ~b~ `c` $d$", "\\*a\\* \\~b\\~ \\`c\\` \\$d\\$"],
    ["_a_ CHECKOUT_V2_ENABLED __b", "\\_a\\_ CHECKOUT_V2_ENABLED \\_\\_b"],
    ["# not a heading", "\\# not a heading"],
    ["> not a quote", "&gt; not a quote"],
    ["- not an item", "\\- not an item"],
    ["+1", "\\+1"],
    ["---", "\\---"],
    ["1. not a step", "1\\. not a step"],
    ["12) not a step", "12\\) not a step"],
    ["a | b", "a \\| b"],
    ["C:\\dir\\", "C:\\\\dir\\\\"],
    ["    not code", "not code"],
    ["one\n\n# two", "one<br><br>\\# two"],
    ["an\u001b[31morder", "an \\[31morder"],
    ["safe\u202etxt.exe", "safetxt.exe"],
    ["p95 480 ms, 0.5 %, b-c", "p95 480 ms, 0.5 %, b-c"],
  ])("shows %j as it was written", (given, written) => {
    expect(of(given)).toBe(written);
  });

  it("escapes a script in every place", () => {
    const text = asMarkdown(everywhere((place) => `<script>${place}|</script>\n# x`));
    expect(text).not.toMatch(/<(?!br>)/);
    expect(text.match(/&lt;script&gt;/g)).toHaveLength(11);
    expect(text.match(/\\\|&lt;\/script&gt;<br>\\# x/g)).toHaveLength(11);
  });
});
