import { expect, test } from "vitest";
import { createFraming } from "./framing.ts";

function heads(chunks: readonly string[], lengthWhenMissing: number): string[] {
  const seen: string[] = [];
  const take = createFraming({ onMessage: (head) => seen.push(head), lengthWhenMissing });
  for (const chunk of chunks) {
    take(Buffer.from(chunk));
  }
  return seen;
}

const one = "POST /1 HTTP/1.1\r\ncontent-length: 4\r\n\r\n\r\n\r\n";
const two = "POST /2 HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}";
const firstLines = (messages: readonly string[]): (string | undefined)[] =>
  messages.map((head) => head.split("\r\n")[0]);

test("messages are cut at the same places however their bytes arrive", () => {
  const expected = ["POST /1 HTTP/1.1", "POST /2 HTTP/1.1"];
  expect(firstLines(heads([one + two], 0))).toEqual(expected);
  expect(firstLines(heads((one + two).split(""), 0))).toEqual(expected);
});

test("a message is complete with the last byte of its body", () => {
  expect(heads([two.slice(0, -1)], 0)).toEqual([]);
});

test("a message without a length is one without a body, or never completes", () => {
  const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
  expect(heads([chunked], Infinity)).toEqual([]);
  expect(heads(["GET / HTTP/1.1\r\nHost: a\r\n\r\n"], 0)).toHaveLength(1);
});
