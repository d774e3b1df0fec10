import { expect, it, onTestFinished } from "vitest";
import type { Spoken } from "../../../lib/sentence.ts";
import { createAiling } from "./ailing.ts";

it("says since when something is wrong, however long it lasts, and begins anew when it comes again", () => {
  let now = 1_000;
  let wrong: readonly Spoken[] = [{ text: "The store is stale for 5 s", pt: "O store está velho há 5 s" }];
  const ailing = createAiling(
    () => wrong,
    () => now,
  );
  onTestFinished(() => ailing.stop());
  expect(ailing.now()).toEqual([{ ...wrong[0], sinceMs: 1_000 }]);
  now = 9_000;
  wrong = [{ text: "The store is stale for 13 s" }, { text: "The archive is not up" }];
  expect(ailing.now()).toEqual([
    { text: "The store is stale for 13 s", sinceMs: 1_000 },
    { text: "The archive is not up", sinceMs: 9_000 },
  ]);
  wrong = [];
  expect(ailing.now()).toEqual([]);
  now = 10_000;
  wrong = [{ text: "The store is stale for 1 s" }];
  expect(ailing.now()).toEqual([{ text: "The store is stale for 1 s", sinceMs: 10_000 }]);
});
