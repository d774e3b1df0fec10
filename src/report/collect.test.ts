import { expect, it } from "vitest";
import { rollout } from "../admin/calls/sample.ts";
import type { AuditEntry, AuditFilter } from "../registry/index.ts";
import { collect } from "./collect.ts";
import { sampleEntry, samplePorts } from "./sample.ts";

const day = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n)).toISOString();

/** As a store answers: newest first, one page. */
function auditOf(entries: readonly AuditEntry[], asked: AuditFilter[] = []) {
  return async (filter: AuditFilter): Promise<readonly AuditEntry[]> => {
    asked.push(filter);
    const { subject, action, from = "", to = "~", beforeSeq = Infinity, limit } = filter;
    return entries
      .filter((one) => (subject ?? one.subject) === one.subject && (action ?? one.action) === one.action)
      .filter(({ at, seq }) => at >= from && at <= to && seq < beforeSeq)
      .toReversed()
      .slice(0, limit);
  };
}

const own = (seq: number, before: AuditEntry["before"] = {}): AuditEntry =>
  sampleEntry({ seq, at: day(0), action: "rollout-set", subject: "events", before });

it("reads page by page, back to where the rollout was written; one of that name before it is another", async () => {
  const entries = [own(1, null), own(2), own(3, null), ...Array.from({ length: 2_500 }, (_, n) => own(4 + n))];
  const { audit, newest } = await collect(rollout(), samplePorts({ audit: auditOf(entries) }));
  expect(audit.map(({ seq }) => seq)).toEqual(entries.slice(2).map(({ seq }) => seq));
  expect(newest?.seq).toBe(2_503);
});

it("has what others wrote from then on, until the rollout has let go of its flags", async () => {
  const flag = rollout().plan.flag;
  const entries = [
    sampleEntry({ seq: 1, at: day(-1), subject: flag }),
    own(2, null),
    sampleEntry({ seq: 3, at: day(1), subject: flag }),
    sampleEntry({ seq: 4, at: day(2), action: "kill", subject: "" }),
    sampleEntry({ seq: 5, at: day(2), subject: "OTHER" }),
    sampleEntry({ seq: 6, at: day(4), subject: flag }),
  ];
  const seqs = async (status: Parameters<typeof rollout>[0]): Promise<readonly number[]> =>
    (await collect(rollout(status), samplePorts({ audit: auditOf(entries) }))).audit.map(({ seq }) => seq);
  expect(await seqs({})).toEqual([2, 3, 4, 6]);
  expect(await seqs({ status: { name: "aborted", since: day(3), by: "token:eve", reason: "over" } })).toEqual([
    2, 3, 4,
  ]);
});
