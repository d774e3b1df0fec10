import { expect, it } from "vitest";
import { checkpoint, rollout } from "../admin/calls/sample.ts";
import type { Checkpoint, Rollout } from "../rollout/index.ts";
import { collect } from "./collect.ts";
import { decisionsOf } from "./decisions.ts";
import { sampleEntry, samplePorts } from "./sample.ts";
import type { Stay } from "./stays.ts";

const HOUR = 3_600_000;
const startMs = Date.parse("2026-01-02T00:00:00.000Z");
const at = (hours: number): string => new Date(startMs + hours * HOUR).toISOString();

const stay = (changes: Partial<Stay> = {}): Stay => ({
  index: 0,
  enteredAt: at(0),
  enteredBy: "token:eve",
  scopes: ["events.3", "events.4"],
  left: null,
  ...changes,
});

const looked = (...hours: readonly number[]): readonly Checkpoint[] =>
  hours.map((hour) => ({ ...checkpoint, at: at(hour), scope: hour < 3 ? "events.3" : "events.4", gates: [] }));

const missed = (
  checkpoints: readonly Checkpoint[],
  {
    stays = [stay()],
    now = 5,
    since = at(0),
    of = rollout(),
  }: Partial<Record<"stays", readonly Stay[]>> & {
    readonly now?: number;
    readonly since?: string;
    readonly of?: Rollout;
  } = {},
) =>
  decisionsOf({ rollout: of, audit: [], checkpoints, stays, completeSince: since, nowMs: startMs + now * HOUR })
    .filter(({ what }) => what === "checkpoint-missed")
    .map((one) => [one.at, one.until, one.times, one.phase]);

it("a checkpoint that did not come is told, with when, how many there were of them and in which phase", () => {
  expect(rollout().plan.checkpoints.everyMs).toBe(HOUR);
  expect(missed(looked(1, 2, 3, 4))).toEqual([]);
  expect(missed(looked(1, 2.9, 4.9))).toEqual([]);
  const phase = rollout().plan.phases[0]?.name;
  expect(missed(looked(1, 4.2))).toEqual([[at(2), at(3), 2, phase]]);
  const [told] = decisionsOf({
    rollout: rollout(),
    audit: [],
    checkpoints: looked(1, 4),
    stays: [stay()],
    completeSince: at(0),
    nowMs: startMs + 4 * HOUR,
  });
  expect(told).toMatchObject({
    by: "automatic:rollout",
    why:
      "there was no checkpoint from 2026-01-02 01:00:00 UTC until 2026-01-02 04:00:00 UTC, and one is due every 60 min: " +
      "gates were not asked meanwhile",
  });
});

it("so is one that was due as a phase began, before it was left, and now", () => {
  expect(missed(looked(3, 4))).toEqual([[at(1), at(2), 2, expect.any(String)]]);
  expect(missed(looked(1), { now: 4.5 })).toEqual([[at(2), at(4), 3, expect.any(String)]]);
  const left = { at: at(3.5), by: "token:eve", how: "rollback", why: "" } as const;
  expect(missed(looked(1), { stays: [stay({ left })], now: 90 })).toEqual([[at(2), null, 1, expect.any(String)]]);
});

it("what is not kept any more was not missed", async () => {
  expect(missed(looked(3, 4), { since: at(2) })).toEqual([]);
  const now = (): number => startMs;
  const of = async (count: number): Promise<string> => {
    const checkpoints = async (): Promise<readonly Checkpoint[]> =>
      Array.from({ length: count }, (_, index) => ({ ...checkpoint, at: at(-index) }));
    const audit = async () => [sampleEntry({})];
    return (await collect(rollout(), samplePorts({ audit, checkpoints, now }))).completeSince;
  };
  expect(await of(3)).toBe(at(-89 * 24));
  expect(await of(2_000)).toBe(at(-1_999));
});
