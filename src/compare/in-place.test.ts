import { brotliCompressSync, gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import type { Outcome } from "../model/index.ts";
import { comparesInPlace, IN_PLACE_BYTES } from "./in-place.ts";
import { answered, failed } from "./sample.ts";

const half = IN_PLACE_BYTES / 2;
const of = (length: number, first = "x"): Outcome => answered(first.padEnd(length, "."));
const coded = (body: Buffer, coding: string): Outcome => answered(body, { headers: ["Content-Encoding", coding] });
const inPlace = (legacy: Outcome, candidate: Outcome): boolean => comparesInPlace({ legacy, candidate });

it("small bodies are compared in place, counted together", () => {
  expect(inPlace(of(half), of(half, "y"))).toBe(true);
  expect(inPlace(of(half), of(half + 1, "y"))).toBe(false);
  expect(inPlace(of(1), of(IN_PLACE_BYTES))).toBe(false);
});

it("bodies that are taken apart further count for more", () => {
  const typed = (length: number, type: string, first = "x"): Outcome => answered(first.padEnd(length, "."), { type });
  for (const type of ["text/xml", "text/html", "multipart/form-data; boundary=b"]) {
    expect(inPlace(typed(half / 2, type), typed(half / 2, type, "y"))).toBe(true);
    expect(inPlace(typed(half / 2, type), typed(half / 2 + 1, type, "y"))).toBe(false);
    expect(inPlace(typed(half, "application/json"), typed(half, type, "y"))).toBe(false);
  }
});

it("equal bodies are compared in place at any size", () => {
  expect(inPlace(of(4_000_000), of(4_000_000))).toBe(true);
  expect(inPlace(coded(gzipSync("{}"), "gzip"), coded(gzipSync("{}"), "gzip"))).toBe(true);
});

it("what has no two bodies is compared in place", () => {
  expect(inPlace(failed, of(4_000_000))).toBe(true);
  expect(inPlace(of(4_000_000), failed)).toBe(true);
  expect(inPlace(answered(null), of(4_000_000))).toBe(true);
});

it("coded bodies are not, however small, save empty ones", () => {
  expect(inPlace(coded(gzipSync("{}"), "gzip"), of(2))).toBe(false);
  expect(inPlace(of(2), coded(brotliCompressSync(Buffer.alloc(1_000_000)), "br"))).toBe(false);
  expect(inPlace(of(2), coded(Buffer.from("??"), "constructor"))).toBe(false);
  expect(inPlace(of(2), coded(Buffer.alloc(0), "br"))).toBe(true);
  expect(inPlace(of(2), coded(Buffer.from("{ }"), "identity"))).toBe(true);
});
