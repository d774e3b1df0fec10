import { expect, test } from "vitest";
import type { AdminDeps } from "../../../admin/index.ts";
import { auditReader, declaredBy } from "./reading.ts";

/** An audit of so many lines, asked newest first as the registry answers. */
function audit(count: number) {
  const asked: number[] = [];
  const read: AdminDeps["audit"] = async ({ limit, beforeSeq = Infinity, subject }) => {
    asked.push(beforeSeq);
    const from = Math.min(count, beforeSeq - 1);
    return Array.from({ length: Math.min(limit, from) }, (_, index) => ({
      seq: from - index,
      at: "2026-01-01T00:00:00.000Z",
      actor: { kind: "automatic", name: "rollout" },
      action: "rollout-set",
      subject: subject ?? "",
      before: null,
      after: null,
      reason: null,
      version: 1,
      environment: "test",
      previous: "",
      hash: "",
    }));
  };
  return { ...auditReader(read), asked };
}

test("lines after one are read in their order, over as many pages as it takes, and no more", async () => {
  const seqs = async (count: number, after: number) => (await audit(count).auditAfter(after)).map(({ seq }) => seq);
  expect(await seqs(5, 2)).toEqual([3, 4, 5]);
  expect(await seqs(5, 5)).toEqual([]);
  expect(await seqs(0, 0)).toEqual([]);
  const long = await seqs(450, 10);
  expect([long[0], long.at(-1), long.length]).toEqual([11, 450, 440]);
  const few = audit(450);
  await few.auditAfter(449);
  expect(few.asked).toEqual([Infinity]);
  // Longer ago than anybody wants to be told of.
  expect((await seqs(5_000, 0)).length).toBe(1_000);
  expect([await audit(7).newestSeq(), await audit(0).newestSeq()]).toEqual([7, 0]);
});

test("events are added up by type, whichever side declared them", async () => {
  const counts = [
    { name: "canonical_events_published_count", labels: { side: "legacy", event_type: "order" }, value: 2 },
    { name: "canonical_events_published_count", labels: { side: "candidate", event_type: "order" }, value: 3 },
    { name: "canonical_events_published_count", labels: { side: "candidate", event_type: "cart" }, value: 1 },
  ] as const;
  expect(await declaredBy(async () => counts)).toEqual({ order: 5, cart: 1 });
});
