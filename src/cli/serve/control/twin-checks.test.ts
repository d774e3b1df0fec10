import { expect, test } from "vitest";
import { twinChecks } from "./twin-checks.ts";

const noisy = { path: "/effects/send.text/*/text/body", item_kind: "message.text", count: 30 } as const;
const shown = { ...noisy, noise_rate: 0.979, exceeds_noise: false };

test("where legacy nearly always differs from itself, it is said that nothing counts there, and what to do", () => {
  expect(twinChecks("default", [shown])).toMatchObject([
    {
      name: "default: twin",
      status: "warn",
      text:
        "legacy differs from itself in 97 % of message.text at /effects/send.text/*/text/body, so what the candidate " +
        "does there does not count: a rule that masks what changes there lets the rest count",
    },
  ]);
});

test.each([
  ["it differs now and then", { ...shown, noise_rate: 0.5 }],
  ["the candidate differs more often, which counts", { ...shown, exceeds_noise: true }],
  ["little was seen", { ...shown, count: 19 }],
  ["there is no twin", { ...noisy, noise_rate: null, exceeds_noise: null }],
])("nothing is said where %s", (_, group) => {
  expect(twinChecks("default", [group])).toEqual([]);
});
