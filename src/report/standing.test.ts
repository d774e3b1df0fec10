import { expect, it } from "vitest";
import { at, checkpoint, rollout } from "../admin/calls/sample.ts";
import type { Rollout } from "../rollout/index.ts";
import { nextOf, wayBackOf } from "./standing.ts";

const environment = "production";
const since = at;

it.each<[string, Partial<Rollout>, RegExp]>([
  ["is ready", { status: { name: "ready" } }, /sombra rollout start events$/],
  ["runs", {}, /until every gate passes, 2 approved .+ It then enters five: the candidate answers 5 %\. It goes back/],
  [
    "is in its last phase",
    { status: { name: "running", phase: 1, since } },
    /It is the last phase: .+ complete events/,
  ],
  [
    "was lowered",
    { lowered: { at, from: "five", reason: "slow" } },
    /lowered from five, .+ sombra rollout resume events$/,
  ],
  ["compares nobody any more", { shed: { at, reason: "legacy suffers" } }, /until somebody resumes it/],
  ["is paused", { status: { name: "paused", phase: 0, since, by: "x", reason: "y" } }, /^It stands still/],
  ["went back", { status: { name: "rolled-back", phase: 0, to: "off", since, by: "x", reason: "y" } }, /begins anew/],
  ["is over", { status: { name: "aborted", since, by: "x", reason: "y" } }, /anybody's to change/],
])("says what happens next where it %s", (_, changes, next) => {
  expect(nextOf(rollout(changes), { last: checkpoint, environment })).toMatch(next);
});

it("asks for a decision where one is all that is missing, and says so where nothing would come of it", () => {
  const last = { ...checkpoint, conclusion: "ask-approval", why: "1 of 2 approvals are missing" } as const;
  expect(nextOf(rollout({ approvals: [] }), { last, environment })).toMatch(
    /^Somebody has to decide: 1 of 2 approvals are missing\./,
  );
  const approvals = [{ by: "token:bob", at: since, visit: rollout().visit, evidence: "x" }];
  const { plan } = rollout();
  const phases = plan.phases.map((one) => ({ ...one, approval: { count: 3, names: [], notAuthor: true } }));
  expect(nextOf(rollout({ approvals, plan: { ...plan, phases } }), { last, environment })).toMatch(
    /^Somebody has to decide: everything else is passed: 2 of 3 approvals are missing\./,
  );
  const observing = rollout({ plan: { ...rollout().plan, mode: "observe" } });
  expect(nextOf(observing, { last, environment })).toMatch(/ It only observes, and changes nothing\.$/);
});

it("says how to go back, from wherever it is", () => {
  expect(wayBackOf(rollout())).toMatch(/^sombra rollout rollback events --reason TEXT leads within seconds to shadow:/);
  const back = (to: "shadow" | "previous" | "off"): string =>
    wayBackOf(rollout({ status: { name: "rolled-back", phase: 2, to, since, by: "x", reason: "y" } }));
  expect([back("off"), back("shadow"), back("previous")]).toEqual([
    "Legacy answers everybody already. For all flags at once: sombra kill.",
    expect.stringMatching(/^Legacy answers everybody already: .+--to off also stops comparing/),
    expect.stringMatching(/^Some are still answered by the candidate: .+--to off brings everybody to legacy\./),
  ]);
  expect(wayBackOf(rollout({ status: { name: "aborted", since, by: "x", reason: "y" } }))).toContain(
    "sombra flags kill CANONICAL",
  );
});
