import { expect, it } from "vitest";
import { readPasted } from "./pasted.ts";

it.each([
  ["lines", "1\r\n2\n3\n"],
  ["commas", "1, 2,3,"],
  ["semicolons and tabs", "1;2\t3"],
  ["a JSON array", '["1", "2", "3"]'],
  ["numbers in a JSON array", "[1, 2, 3]"],
  ["quoted lines", '"1"\n"2"\n"3"'],
])("a list is read from %s", (_, text) => {
  expect(readPasted(text)).toEqual({ ok: true, members: ["1", "2", "3"], twice: 0 });
});

it("a shopper that comes twice counts once, which is told", () => {
  expect(readPasted("1\n2\n1\n1")).toEqual({ ok: true, members: ["1", "2"], twice: 2 });
});

it("what is no list is refused by its place, and never shown", () => {
  const secret = "5511999990000";
  for (const [text, at] of [
    [`[${secret}`, 0],
    [`["${secret}", null]`, 0],
    [`{"a": "${secret}"}\u0007`, 1],
    [`1\n${secret}${"0".repeat(300)}`, 2],
  ] as const) {
    const read = readPasted(text);
    expect(read).toMatchObject({ ok: false, at });
    expect(JSON.stringify(read)).not.toContain(secret);
  }
});
