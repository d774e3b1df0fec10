import { expect, test } from "vitest";
import type { ArchivedTwin } from "../../../account/index.ts";
import type { TwinKnown } from "../../../compare/index.ts";
import { createTwinTelling } from "./twin-telling.ts";

const of = (signature: string, both: number) => ({ signature, both, candidateOnly: 0, twinOnly: 0 });

test("all is told at first, then what has changed, and what is gone", async () => {
  const reads: ArchivedTwin[] = [
    { seq: 0, signatures: [of("a", 1), of("b", 1)] },
    { seq: 3, signatures: [of("b", 1), of("a", 1)] },
    { seq: 4, signatures: [of("a", 1), of("b", 2), of("c", 1)] },
    { seq: 4, signatures: [of("b", 2), of("c", 1)] },
  ];
  const told: TwinKnown[] = [];
  const look = createTwinTelling(
    async () => reads.shift() ?? { seq: 0, signatures: [] },
    (known) => void told.push(known),
  );
  for (let i = 0; i < 4; i += 1) await look();
  expect(told).toEqual([
    { seq: 0, changed: [of("a", 1), of("b", 1)] },
    { seq: 3, changed: [] },
    { seq: 4, changed: [of("b", 2), of("c", 1)] },
    { seq: 4, changed: [of("a", 0)] },
  ]);
});

test("nothing is told where it cannot be read", async () => {
  const told: TwinKnown[] = [];
  const look = createTwinTelling(
    () => Promise.reject(new Error("away")),
    (known) => void told.push(known),
  );
  await expect(look()).rejects.toThrow("away");
  expect(told).toEqual([]);
});
