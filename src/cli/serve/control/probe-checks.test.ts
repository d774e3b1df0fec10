import { expect, test } from "vitest";
import { probeChecks } from "./probe-checks.ts";
import type { ProbeCall, ProbeReport } from "../effects/probe.ts";

const send: ProbeCall = { side: "candidate", operation: "send", kind: "send.text", disposition: "held" };
const mark: ProbeCall = { side: "candidate", operation: "mark-read", kind: "mark-read", disposition: "held" };
const answered = (changes: Partial<Extract<ProbeReport, { kind: "answered" }>> = {}): ProbeReport => ({
  route: "default",
  kind: "answered",
  status: 200,
  calls: [],
  weak: 0,
  waitedMs: 30_040,
  blindly: false,
  ...changes,
});

test.each<readonly [string, ProbeReport, string, RegExp]>([
  [
    "all held",
    answered({ calls: [mark, send, send] }),
    "ok",
    /answered 200 and 3 calls came: mark-read, 2 x send\.text; all held$/,
  ],
  [
    "a weak tie",
    answered({ calls: [send], weak: 1 }),
    "warn",
    /1 call came: send\.text; all held; 1 tied by nothing but the recip/,
  ],
  ["another side's", answered({ calls: [{ ...send, side: "legacy" }] }), "fail", /1 by \/legacy: .* REACHES CUSTOMERS/],
  [
    "what went out",
    answered({ calls: [mark, { ...send, disposition: "released" }] }),
    "fail",
    /1 WENT OUT: send\.text$/,
  ],
  ["what failed outside", answered({ calls: [{ ...send, disposition: "failed" }] }), "fail", /1 WENT OUT/],
  [
    "reads that pass",
    answered({ calls: [send, { ...mark, operation: "read", kind: "list", disposition: "released" }] }),
    "ok",
    /2 calls came: send\.text, list; 1 held; 1 read went out, as `reads: pass` says$/,
  ],
  ["a refusal", answered({ calls: [{ ...send, disposition: "refused" }] }), "ok", /; 0 held$/],
  [
    "silence",
    answered(),
    "warn",
    /answered 200 and no call came that is tied to the probe in 30 s: .*REACHES CUSTOMERS/,
  ],
  ["a wrong signature", answered({ status: 401 }), "warn", /SOMBRA_CANDIDATE_APP_SECRET/],
  ["an unknown path", answered({ status: 404, blindly: true }), "warn", /probe again after one$/],
  ["no answer", { route: "default", kind: "failed", failure: "refused" }, "fail", /did not answer the probe: refused$/],
  [
    "no probe",
    { route: "default", kind: "refused", why: "the kill switch is thrown" },
    "warn",
    /^not probed: the kill switch/,
  ],
])("%s", (_, report, status, text) => {
  expect(probeChecks([report])).toMatchObject([{ name: "default: probe", status, text: expect.stringMatching(text) }]);
});

test("nothing to probe, and no word of it", () => {
  expect(probeChecks([])).toMatchObject([{ status: "warn", text: "no route has a candidate" }]);
  expect(probeChecks(null)).toMatchObject([{ status: "warn", text: "the data plane did not answer in time" }]);
});
