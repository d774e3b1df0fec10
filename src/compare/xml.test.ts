import { describe, expect, it } from "vitest";
import type { Outcome } from "../model/index.ts";
import { MAX_DEPTH } from "../lib/depth.ts";
import { answered, compare, said } from "./sample.ts";
import { parseXml } from "./xml.ts";

const xml = (body: string | Buffer, type = "application/xml"): Outcome => answered(body, { type });
const judge = (legacy: string, candidate: string): ReturnType<typeof said> =>
  said(compare(xml(legacy), xml(candidate)));
const response = (...children: readonly string[]): string => `<Response>${children.join("")}</Response>`;
const message = (text: string, to = "1"): string => `<Message to="${to}"><Body>${text}</Body></Message>`;

describe("XML", () => {
  it.each([
    ["the declaration", '<?xml version="1.0" encoding="UTF-8"?>\n<a/>', "<a></a>"],
    ["white space beside elements", "<a> <b/>\r\n</a>\n", "<a><b/></a>"],
    ["comments", "<!--1--><a>x<!-- 2 -->y<b/><!--3--></a>", "<a>xy<b/></a>"],
    ["how text is written", "<a>&amp;&#x41;<![CDATA[<]]></a>", "<a>&#38;A&lt;</a>"],
    ["the order of attributes, and their quotes", `<a b="1" c='2'/>`, `<a  c="2" b='1'></a >`],
  ])("is the same whatever %s", (_, one, other) => {
    expect(judge(one, other)).toBe("match");
  });

  it.each<[string, string, string, readonly string[]]>([
    ["text", response(message("Hi")), response(message("Ho")), ["changed /body/Response/$/0/Message/$/0/Body/$/0"]],
    ["an attribute", response(message("", "1")), response(message("", "2")), ["changed /body/Response/$/0/Message/to"]],
    ["an attribute more", "<a/>", '<a b=""/>', ["added /body/a/b"]],
    ["an element less", response("<A/>", "<B/>"), response("<B/>"), ["removed /body/Response/$/0"]],
    [
      "an element at the front",
      response(message("a")),
      response(message("b"), message("a")),
      ["added /body/Response/$/0"],
    ],
    [
      "the order",
      response("<A/>", "<B/>"),
      response("<B/>", "<A/>"),
      ["removed /body/Response/$/0", "added /body/Response/$/1"],
    ],
    ["white space that is all there is", "<a> </a>", "<a/>", ["removed /body/a/$/0"]],
    ["white space in text", "<a>x y</a>", "<a>x  y</a>", ["changed /body/a/$/0"]],
    ["an instruction", "<a><?b c?></a>", "<a><?b d?></a>", ["changed /body/a/$/0/$instruction"]],
    ["an instruction before the root", "<?b c?><a/>", "<?b d?><a/>", ["changed /body/$instruction/0"]],
    ["the document type", "<!DOCTYPE a><a/>", "<!DOCTYPE b><a/>", ["changed /body/$doctype"]],
    ["a prefix", "<x:a xmlns:x='u'/>", "<a xmlns:x='u'/>", ["removed /body/x:a", "added /body/a"]],
    ["the case of a name", "<a/>", "<A/>", ["removed /body/a", "added /body/A"]],
  ])("differs in %s", (_, legacy, candidate, divergences) => {
    expect(new Set(judge(legacy, candidate))).toEqual(new Set(divergences));
  });

  it("may have an element called __proto__", () => {
    expect(judge("<__proto__/>", "<__proto__ constructor='1'/>")).toEqual(["added /body/__proto__/constructor"]);
    expect(judge("<a><__proto__>1</__proto__></a>", "<a><__proto__>2</__proto__></a>")).toEqual([
      "changed /body/a/$/0/__proto__/$/0",
    ]);
  });

  it.each(["", "<a>", "<a><b></a>", "<a x='1' x='2'/>", "<a/><b/>", "hello", "<a>&b;</a>", "<a>&#0;</a>", "<a b=c/>"])(
    "that is not well-formed is text: %s",
    (body) => {
      expect(() => parseXml(body)).toThrow();
      expect(said(compare(xml(`${body}\n`), xml(`${body}\n.`)))).toEqual(["changed /body/lines/1"]);
    },
  );

  it("has no entities of its own: what they would make of a few bytes is not read", () => {
    const lol = Array.from({ length: 20 }, (_, i) => `<!ENTITY l${i + 1} "&l${i};&l${i};">`).join("");
    const bomb = `<!DOCTYPE a [<!ENTITY l0 "lol">${lol}]><a>&l20;</a>`;
    const file = '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>';
    expect(said(compare(xml(bomb), xml(`${bomb}\n`)))).toEqual(["added /body/lines/1"]);
    expect(said(compare(xml(file), xml(`${file}\n`)))).toEqual(["added /body/lines/1"]);
  });

  it("nests as deep as JSON may, and no deeper", () => {
    const nest = (levels: number, inner: string): string => "<a>".repeat(levels) + inner + "</a>".repeat(levels);
    const divergences = judge(nest(MAX_DEPTH, "1"), nest(MAX_DEPTH, "2"));
    expect(divergences).toHaveLength(1);
    expect(judge(nest(MAX_DEPTH + 1, "1"), nest(MAX_DEPTH + 1, "2"))).toBe("not-comparable: too-deep");
    expect(judge(nest(100_000, "1"), "<a/>")).toBe("not-comparable: too-deep");
  });

  it.each(["text/html; charset=utf-8", "text/plain", "text/xml", "application/twiml+xml"])(
    "is known as TwiML in %s",
    (type) => {
      expect(said(compare(xml(response(message("a")), type), xml(`\n${response(message("a"))} `)))).toBe("match");
      expect(said(compare(xml(`<?xml version="1.0"?><a/>`, type), xml("<a/>")))).toBe("match");
    },
  );

  it("is not looked for in other text", () => {
    const html = (body: string): Outcome => xml(body, "text/html");
    expect(said(compare(html("<p>1</p>"), html("<p>2</p>")))).toEqual(["changed /body/lines/0"]);
    expect(said(compare(html("<Responses/>"), html("<Responses />")))).toEqual(["changed /body/lines/0"]);
  });
});
