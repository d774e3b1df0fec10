import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleItem, sampleRecord } from "../sample.ts";
import { curlOf } from "./curl.ts";
import { blocksOf, countsOf, linesOf, namesIn, windowOf, type Cell, type Line } from "./lines.ts";
import { patchOf, patchText } from "./patch.ts";
import { divergence, variedItem } from "./sample.ts";
import { linesIn, pairLines } from "./text-lines.ts";

const statuses = { legacy: 200, candidate: 200 };

/** A line as a reader sees it. */
function shown({ depth, mark, legacy, candidate }: Line): string {
  const said = (cell: Cell | null): string => {
    if (cell === null) return "nothing";
    const name = cell.name === null ? "" : `${cell.name}: `;
    if (cell.kind === "text") return name + cell.text;
    if (cell.kind === "redacted") return name + (typeof cell.value === "number" ? cell.value : cell.value.type);
    return name + (cell.kind === "equal" ? `equal ${cell.note ?? ""}` : "").trim();
  };
  return `${"  ".repeat(depth)}${mark} ${said(legacy)} | ${said(candidate)}`;
}

describe("the lines of an item", () => {
  it("are both documents, with what differs at its place and what does not between it", () => {
    expect(linesOf(variedItem(), statuses).map(shown)).toEqual([
      "same status: 200 | status: 200",
      "same headers:  | headers: ",
      "  removed location: /new | nothing",
      "same body:  | body: ",
      "  same order:  | order: ",
      "    changed total: 12.90 | total: 13.90",
      "    ignored id: string | id: string",
      "    ignored number: string | number: string",
      "  ignored greeting: string | greeting: string",
      "same effects:  | effects: ",
      "  removed send.text[0]:  | nothing",
      "    removed { | nothing",
      '    removed   "text": { | nothing',
      '    removed     "body": "Hello, your order is on its way" | nothing',
      "    removed   }, | nothing",
      '    removed   "type": "text" | nothing',
      "    removed } | nothing",
      "  same send.text[1]:  | send.text[1]: ",
      "    same text:  | text: ",
      "      same body:  | body: ",
      "        same one | one",
      "        same two | two",
      "        changed three | 3",
      "        same four | four",
      "        added nothing | five",
      "  same send.image[0]: equal released / held | send.image[0]: equal released / held",
      "  changed mark-read[0]: 1 | mark-read[0]: 2",
    ]);
  });

  it("call nothing equal of which not everything is known", () => {
    const lines = linesOf(variedItem({ divergenceCount: 200, effects: [] }), statuses).map(shown);
    expect(lines.filter((line) => line.includes("equal") || line.includes("status"))).toEqual([]);
    const failed = sampleItem({ state: { state: "failed", substate: "timeout" }, divergences: [], divergenceCount: 0 });
    expect(linesOf(failed, { legacy: 200, candidate: null }).map(shown)).toEqual([]);
  });

  it("say that a side gave no answer at all", () => {
    const none = divergence({ path: "", kind: "failed", legacy: { type: "object" }, candidate: { type: "absent" } });
    const item = sampleItem({ divergences: [none], divergenceCount: 1, effects: [] });
    expect(linesOf(item, { legacy: 200, candidate: null }).map(shown)).toEqual(["removed answer: object | nothing"]);
  });

  it("tell what the candidate alone did by its own index, and keep legacy's of the same index", () => {
    const extra = divergence({
      path: "/effects/send.text/0",
      kind: "extra",
      legacy: { type: "absent" },
      candidate: { type: "object" },
    });
    const effects = (["legacy", "candidate", "candidate"] as const).map((side) => ({
      side,
      kind: "send.text",
      disposition: "held" as const,
    }));
    const lines = linesOf(sampleItem({ divergences: [extra], divergenceCount: 1, effects }), statuses).map(shown);
    expect(lines.slice(-2)).toEqual([
      "  same send.text[0]: equal held / held | send.text[0]: equal held / held",
      "  added nothing | send.text[0]: object",
    ]);
  });

  it("fold what does not differ, and show what leads to what does", () => {
    const blocks = blocksOf(linesOf(variedItem(), statuses));
    expect(blocks.filter(({ folded }) => folded).map(({ lines }) => lines.map(shown))).toEqual([
      ["same status: 200 | status: 200"],
      [
        "    ignored id: string | id: string",
        "    ignored number: string | number: string",
        "  ignored greeting: string | greeting: string",
      ],
      ["        same one | one", "        same two | two"],
      ["        same four | four"],
      ["  same send.image[0]: equal released / held | send.image[0]: equal released / held"],
    ]);
    const open = blocks.filter(({ folded }) => !folded).flatMap(({ lines }) => lines);
    expect(open.filter(({ mark }) => mark === "same").map(({ legacy }) => legacy?.name)).toEqual([
      "headers",
      "body",
      "order",
      "effects",
      "send.text[1]",
      "text",
      "body",
    ]);
  });

  it("count what differs, and what is ignored by what", () => {
    expect(countsOf(variedItem({ divergenceCount: 10 }))).toEqual({ differ: 5, rule: 1, class: 1, twin: 1, more: 2 });
  });

  it("are no more than a page bears, with the one that is looked for among them", () => {
    const divergences = Array.from({ length: 100 }, (_, at) =>
      divergence({
        path: `/body/items/${at}`,
        signature: String(at),
        values: { legacy: '["a","b","c","d"]', candidate: '["a","b","c","e"]' },
      }),
    );
    const lines = linesOf(sampleItem({ divergences, divergenceCount: 100, effects: [] }), statuses);
    const { lines: some, above, below } = windowOf(lines, "60");
    expect(some).toHaveLength(300);
    expect(above + below + some.length).toBe(lines.length);
    expect(above * below).toBeGreaterThan(0);
    expect(some.some((line) => line.divergence?.signature === "60")).toBe(true);
    expect(windowOf(lines, "99").below).toBe(0);
    expect(windowOf(lines, undefined).above).toBe(0);
    expect(windowOf(lines.slice(0, 300), "60")).toMatchObject({ above: 0, below: 0 });
  });

  it("read the names of a JSON pointer", () => {
    expect(namesIn("/a~1b/~01/{0f}")).toEqual(["a/b", "~1", "{0f}"]);
    expect(namesIn("")).toEqual([]);
  });
});

describe("lines of texts", () => {
  it("are JSON's own, its numbers and texts untouched, also where it breaks off", () => {
    expect(linesIn('{"a":12345678901234567890.10,"b":[],"c":["x, {\\" y",{}],"d":"cut o')).toEqual([
      "{",
      '  "a": 12345678901234567890.10,',
      '  "b": [],',
      '  "c": [',
      '    "x, {\\" y",',
      "    {}",
      "  ],",
      '  "d": "cut o',
    ]);
    expect(linesIn("a\r\nb\nc")).toEqual(["a", "b", "c"]);
  });

  it("are laid out as JSON.stringify does", () => {
    const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => typeof value === "object" && value !== null);
    fc.assert(
      fc.property(json, (value) => {
        expect(linesIn(JSON.stringify(value)).join("\n")).toBe(JSON.stringify(value, null, 2));
      }),
      { numRuns: 200 },
    );
  });

  it("are paired so that each side reads as it was, and equal ones stand beside each other", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, (legacy, candidate) => {
        const pairs = pairLines(legacy, candidate);
        expect(pairs.flatMap((pair) => pair.legacy ?? [])).toEqual(legacy);
        expect(pairs.flatMap((pair) => pair.candidate ?? [])).toEqual(candidate);
        expect(pairs.some((pair) => pair.legacy === null && pair.candidate === null)).toBe(false);
        if (legacy.join() === candidate.join()) expect(pairs).toHaveLength(legacy.length);
      }),
      { numRuns: 300 },
    );
    expect(pairLines(["a", "x", "b"], ["a", "b"]).map((pair) => pair.candidate)).toEqual(["a", null, "b"]);
  });
});

describe("a patch", () => {
  it("has a step for each difference that counts, and is JSON", () => {
    const steps = patchOf(variedItem());
    expect(steps).toHaveLength(5);
    expect(JSON.parse(patchText(steps))).toEqual([
      { op: "test", path: "/headers/location", value: "/new" },
      { op: "remove", path: "/headers/location" },
      { op: "test", path: "/body/order/total", value: "12.90" },
      { op: "replace", path: "/body/order/total", value: "13.90" },
      { op: "test", path: "/effects/send.text/0", value: expect.stringContaining("Hello") },
      { op: "remove", path: "/effects/send.text/0" },
      { op: "test", path: "/effects/send.text/1/text/body", value: "one\ntwo\nthree\nfour" },
      { op: "replace", path: "/effects/send.text/1/text/body", value: "one\ntwo\n3\nfour\nfive" },
      { op: "test", path: "/effects/mark-read/0", value: 1 },
      { op: "replace", path: "/effects/mark-read/0", value: 2 },
    ]);
    expect(patchText([])).toBe("[]");
  });

  it("says type, length and hash of what is not stored", () => {
    const legacy = { type: "string", length: 3, hash: "aa" } as const;
    const [step] = patchOf({ divergences: [divergence({ kind: "changed", legacy, candidate: { type: "null" } })] });
    expect(step).toMatchObject({ op: "replace", was: "<string 3 #aa>", value: "<null>" });
  });
});

describe("a cURL line", () => {
  it("is one word each to a shell, whatever came, and says what is not stored", () => {
    const request = { route: "/a", path: "/a'; rm -rf $HOME/{rest}", protocolVersion: "1.1" };
    const record = sampleRecord({ method: "PO'ST", request });
    expect(curlOf(record, "http://127.0.0.1:3000/")).toBe(
      [
        String.raw`curl -X 'PO'\''ST' 'http://127.0.0.1:3000/a'\''; rm -rf $HOME/REST-OF-PATH'`,
        "  -H 'content-type: application/json'",
        "  -H 'x-hub-signature-256: sha256=SIGNATURE'",
        "  --data 'BODY, WHICH IS NOT STORED (message.text)'",
      ].join(" \\\n"),
    );
    expect(curlOf(sampleRecord(), null)).toContain("http://SOMBRA/");
  });
});
