import { expect, test } from "vitest";
import { lookOf, table } from "./table.ts";

const plain = lookOf({ write: () => true }, undefined);
const narrow = (columns: number) => lookOf({ write: () => true, isTTY: true, columns }, "1");
const rows = [
  ["WHATSAPP_DUAL_RUN", "5", "on since May"],
  ["f5tts_engine", "100", ""],
];

test("columns are as wide as their widest cell, numbers stand to the right", () => {
  expect(table(["KEY", "PERCENT", "WHY"], rows, plain).split("\n")).toEqual([
    "KEY                PERCENT  WHY",
    "WHATSAPP_DUAL_RUN        5  on since May",
    "f5tts_engine           100",
  ]);
});

test.each([20, 30, 36])("the widest columns are cut where a terminal of %i characters ends", (columns) => {
  const lines = table(["KEY", "PERCENT", "WHY"], rows, narrow(columns)).split("\n");
  const widest = Math.max(...lines.map((line) => line.length));
  // Three columns of eight are as narrow as it gets.
  expect(widest).toBeLessThanOrEqual(Math.max(columns, 3 * 8 + 4));
  expect(lines[1]).toContain("…");
});

test("a table that fits is not cut", () => {
  expect(table(["KEY", "PERCENT", "WHY"], rows, narrow(40))).toBe(table(["KEY", "PERCENT", "WHY"], rows, plain));
});

test("what a terminal would obey is shown as a space", () => {
  expect(table(["A"], [["x\u001b[31m\ny"]], plain)).toBe("A\nx [31m y");
});

test("colours are for a terminal that wants them", () => {
  const terminal = { write: () => true, isTTY: true };
  expect(lookOf(terminal, undefined).style("bold", "x")).toBe("\u001b[1mx\u001b[22m");
  expect(lookOf(terminal, "1").style("bold", "x")).toBe("x");
  expect(plain.style("bold", "x")).toBe("x");
});
