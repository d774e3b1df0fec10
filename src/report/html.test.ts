import { createHash } from "node:crypto";
import fc from "fast-check";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { asHtml, htmlPolicy } from "./html.ts";
import { everywhere, places } from "./sample.ts";

/** The texts of the body, one for each element that has any, and every name of an element and an attribute. */
function read(page: string): { readonly texts: readonly string[]; readonly names: ReadonlySet<string> } {
  const parser = new SaxesParser();
  const texts: string[] = [];
  const names = new Set<string>();
  const open: string[] = [];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (name === "br") texts.push(`${texts.pop() ?? ""}\n`);
    else if (!["ul", "ol", "dl"].includes(name)) texts.push("");
    open.push(name);
    for (const found of [name, ...Object.keys(attributes)]) names.add(found);
  });
  parser.on("closetag", () => {
    open.pop();
  });
  parser.on("text", (text) => {
    if (open.includes("body")) texts.push((texts.pop() ?? "") + text);
  });
  parser.write(page).close();
  return { texts: texts.map((text) => text.trim()).filter((text) => text !== ""), names };
}

const known = read(asHtml(everywhere((place) => place)));

describe("a page", () => {
  it("has each text in its place", () => {
    expect(known.texts).toEqual(places);
  });

  it("keeps whatever it is given as text, and has no element and no attribute but its own", () => {
    const piece = fc.constantFrom(
      "<script>",
      "</",
      ">",
      '"',
      "'",
      "&",
      "&lt;",
      "&#60;",
      "]]>",
      "<!--",
      "onload=",
      "a",
      "\n",
    );
    const hostile = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => `x${pieces.join("")}x`);
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 11, maxLength: 11 }), (given) => {
        const left = [...given];
        const { texts, names } = read(asHtml(everywhere(() => left.shift() ?? "")));
        const [title, heading, text, item, other, step, next, name, value, column, cell] = given;
        expect(texts).toEqual([
          title,
          heading,
          text,
          item,
          other,
          "between",
          step,
          next,
          name,
          value,
          column,
          "plain",
          cell,
          "1",
        ]);
        expect([...names].filter((one) => one !== "br" && !known.names.has(one))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it.each(places.slice(0, 3))("shows a script in the %s as text", (target) => {
    const page = asHtml(everywhere((place) => (place === target ? "<script>alert(1)</script>" : place)));
    expect(page).not.toContain("<script");
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  });

  it("asks nobody for anything, and may not", () => {
    const page = asHtml(everywhere((place) => place));
    const [, style = ""] = /<style>([^]*)<\/style>/.exec(page) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(htmlPolicy).toBe(`default-src 'none'; style-src 'sha256-${hash}'`);
    expect(page).toContain(`content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;"`);
    expect(page).not.toMatch(/src=|href=|url\(|@import/);
  });

  it("is light, dark and fit for paper", () => {
    const page = asHtml(everywhere((place) => place));
    expect(page).toContain("color-scheme: light dark");
    expect(page).toContain("@media print");
  });
});
