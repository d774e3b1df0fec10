import { expect, test } from "vitest";
import { sampleRoute } from "../../../../test/support/admin-flags.ts";
import { checkpoint, rollout } from "../../../admin/calls/sample.ts";
import { stateOf } from "../../../flags/sample.ts";
import type { AutomaticPrecheck, Rollout, Surroundings } from "../../../rollout/index.ts";
import type { ToldChannel } from "../../../admin/index.ts";
import { precheckOf, type PrecheckDeps } from "./prechecks.ts";

const one = rollout();
const { flag } = one.plan;
const calm: Surroundings = {
  flags: stateOf([{ key: flag, enabled: true, percent: 0 }]),
  sensitivity: 1,
  coverage: 1,
  store: { up: true, problem: null },
  telemetry: { delivered: true },
  instances: 2,
  decidedAlike: true,
  events: null,
  alarms: [],
  incidents: [],
  killed: false,
};

const toldChannel = { kind: "slack", waiting: 0, problem: null, reached: null, lost: null } as const;
const tested = (ok: boolean, at = "2026-02-01"): ToldChannel["tested"] => ({
  at,
  by: "token:anna",
  ok,
  said: "200 ok",
});

interface Case {
  readonly around?: Partial<Surroundings>;
  readonly rollout?: Partial<Rollout>;
  readonly last?: typeof checkpoint | null;
  readonly first?: number | null;
  readonly channels?: readonly (readonly [name: string, test: ToldChannel["tested"]])[];
}

function found(
  precheck: AutomaticPrecheck,
  { around = {}, rollout: changes = {}, last = null, first = 0, channels = [] }: Case,
) {
  const deps: PrecheckDeps = {
    routes: [sampleRoute.flags],
    firstPhase: () => first,
    surroundings: async () => ({ ...calm, ...around }),
    lastCheckpoint: async () => last,
    channels: () => channels.map(([channel, tested]) => ({ ...toldChannel, channel, tested })),
    now: () => Date.parse("2026-03-01"),
  };
  return precheckOf({ ...one, ...changes }, precheck, deps);
}

const baseline = {
  from: "",
  to: "2026-01-02",
  items: 5,
  errorRate: 0,
  p50Ms: 1,
  p95Ms: 1,
  p99Ms: 1,
  perSecond: 1,
  cells: 5,
  failedCells: 0,
};
const named = (name: Exclude<AutomaticPrecheck["name"], "list-size">): AutomaticPrecheck => ({ name });
const list = (atLeast: number): AutomaticPrecheck => ({ name: "list-size", atLeast });

test.each<[AutomaticPrecheck, Case, string]>([
  [named("baseline"), { rollout: { baseline } }, "over 5 items"],
  [named("first-phase-value"), {}, "as list says"],
  [named("determinism"), {}, "2 instances decide alike"],
  [named("last-checkpoint"), { last: { ...checkpoint, status: "PASS" } }, "T+1h was PASS"],
  [named("sensitivity"), {}, "100 % are found"],
  [
    named("notifications"),
    {
      channels: [
        ["team", tested(true)],
        ["mail", tested(true)],
      ],
    },
    "team, mail took a test",
  ],
  [named("coverage"), { around: { coverage: 0.99 } }, "99 % are, 99 % at least"],
  [named("store"), {}, "takes writes"],
  [named("telemetry"), {}, "it is delivered"],
  [named("drill"), { rollout: { drill: { at: "x", by: "anna", seconds: 0.4 } } }, "0.4 s until every instance"],
  [list(1), {}, "1 shoppers are listed, 1 at least"],
])("%j is green where it is so: %j", async (precheck, at, text) => {
  expect(await found(precheck, at)).toMatchObject({ green: true, text: expect.stringContaining(text) });
});

test.each<[AutomaticPrecheck, Case, string]>([
  [named("baseline"), {}, "none is recorded"],
  [named("first-phase-value"), { around: { flags: stateOf([{ key: flag, enabled: true, percent: 5 }]) } }, "rollout=5"],
  [named("first-phase-value"), { around: { flags: stateOf([]) } }, "the flag is not there"],
  [named("first-phase-value"), { first: null }, "no phase that takes place here"],
  [named("determinism"), { around: { decidedAlike: false } }, "do not decide alike"],
  [named("determinism"), { around: { decidedAlike: null } }, "not all of 2 instances have said"],
  [named("last-checkpoint"), {}, "there is none"],
  [named("last-checkpoint"), { last: checkpoint }, "was WARN"],
  [named("sensitivity"), { around: { sensitivity: 0.999 } }, "99.9 %"],
  [named("sensitivity"), { around: { sensitivity: null } }, "nothing was planted yet"],
  [named("coverage"), { around: { coverage: 0.98 } }, "98 % are"],
  [named("coverage"), { around: { coverage: null } }, "nothing was to be compared yet"],
  [named("store"), { around: { store: { up: false, problem: "it is full" } } }, "it is full"],
  [named("telemetry"), { around: { telemetry: { delivered: false } } }, "does not get there"],
  [named("telemetry"), { around: { telemetry: { delivered: null } } }, "nothing was delivered"],
  [named("drill"), {}, "sombra rollout drill"],
  [list(2), {}, "1 shoppers are listed, 2 at least"],
  [named("notifications"), {}, "no channel is configured"],
  [named("notifications"), { channels: [["team", null]] }, "team was never tested: sombra doctor --notify"],
  [named("notifications"), { channels: [["team", tested(false)]] }, "team did not take a test"],
  [named("notifications"), { channels: [["team", tested(true, "2026-01-01")]] }, "team was tested last at 2026-01-01"],
  [
    named("notifications"),
    {
      channels: [["team", tested(true)]],
      rollout: {
        plan: { ...one.plan, audiences: [{ channel: "mail", frequency: "end", owner: "o", template: "digest" }] },
      },
    },
    "mail is not configured",
  ],
])("%j is red where it is not: %j", async (precheck, at, text) => {
  expect(await found(precheck, at)).toMatchObject({ green: false, text: expect.stringContaining(text) });
});
