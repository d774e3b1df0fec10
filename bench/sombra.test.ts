import { expect, test } from "vitest";
import { ledgerFaults, type Ledger } from "./sombra.ts";

const nothing: Ledger = {
  received: 100,
  skipped: { total: 0 },
  compared: { total: 0 },
  failed: { total: 0 },
  pending: 0,
};

test("dual-run counts only when every item was compared and found divergent", () => {
  const compared = (divergent: number, match: number): Ledger => ({
    ...nothing,
    compared: { total: divergent + match, divergent, match },
  });
  expect(ledgerFaults(compared(100, 0), "dual-run", 100)).toEqual([]);
  expect(ledgerFaults(compared(99, 1), "dual-run", 100)).toHaveLength(1);
  expect(ledgerFaults({ ...nothing, pending: 100 }, "dual-run", 100)).toHaveLength(1);
  expect(ledgerFaults(compared(100, 0), "dual-run", 101)).toHaveLength(2);
});

test("legacy mode counts only when the flag kept every item from the candidate", () => {
  expect(ledgerFaults({ ...nothing, skipped: { total: 100, "not-enabled": 100 } }, "legacy", 100)).toEqual([]);
  expect(ledgerFaults({ ...nothing, skipped: { total: 100, "no-shopper": 100 } }, "legacy", 100)).toHaveLength(1);
});

test("with a candidate that hangs every item is accounted for, one way or another", () => {
  const shed: Ledger = { ...nothing, skipped: { total: 60 }, compared: { total: 30 }, failed: { total: 10 } };
  expect(ledgerFaults(shed, "dual-run-hang", 100)).toEqual([]);
  expect(ledgerFaults({ ...shed, failed: { total: 9 }, pending: 1 }, "dual-run-hang", 100)).toHaveLength(1);
});
