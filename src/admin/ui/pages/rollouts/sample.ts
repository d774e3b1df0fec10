/** Rollouts on an admin port with a reader, for tests of their pages. */
import type { Report } from "../../../../report/index.ts";
import type { Rollout } from "../../../../rollout/index.ts";
import { sampleRollouts } from "../../../calls/sample.ts";
import type { RolloutsDeps } from "../../../rollouts.ts";
import { sampleToken, startForTest } from "../../../sample.ts";
import { createReader } from "../../sample.ts";

const access = {
  tokens: [sampleToken("eva", ["read"]), sampleToken("ana", ["operate"]), sampleToken("rui", ["approve"])],
  hosts: [],
};

export const report: Report = {
  kind: "before",
  rollout: "events",
  phase: null,
  plan: {
    name: "events",
    hash: "0f",
    flag: "CANONICAL",
    mode: "act",
    author: "anna",
    text: [],
    phases: [],
    warnings: [],
    procedures: [],
  },
  status: { name: "running", phase: "list", since: null, by: null, reason: null, to: null, keep_until: null },
  prechecks: [{ name: "load-test", kind: "manual", green: false, text: "nobody has ticked it", by: null, at: null }],
  drill: null,
  initial: null,
  stays: [],
  decisions: [],
  decisions_left_out: 0,
  notes: [],
  lessons: null,
  next: "",
  way_back: "",
  made_at: "",
  environment: "test",
  audit: { seq: 7, hash: "abcd" },
};

export async function world(changes: Partial<RolloutsDeps> = {}, known?: readonly Rollout[]) {
  const sample = sampleRollouts({ report: async () => report, ...changes }, known);
  const admin = await startForTest({ rollouts: sample.rollouts });
  return { ...sample, ...createReader(admin), admin };
}

/** With a reader that bears the role of that name: eva reads, ana operates, rui approves. */
export async function signedIn(name: string, changes: Partial<RolloutsDeps> = {}) {
  const sample = sampleRollouts({ report: async () => report, ...changes });
  const reader = createReader(await startForTest({ rollouts: sample.rollouts, access }));
  await reader.send("/sign-in", { token: name, next: "/rollouts" }, "/sign-in");
  return { ...sample, ...reader };
}
