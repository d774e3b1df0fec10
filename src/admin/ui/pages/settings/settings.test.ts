import { expect, test } from "vitest";
import { sampleToken, startForTest } from "../../../sample.ts";
import { createReader } from "../../sample.ts";

test("the candidates are probed by a button, beside what doctor finds, in the reader's language", async () => {
  let probes = 0;
  const checks = [{ name: "default: probe", status: "fail", text: "what it sends REACHES CUSTOMERS" } as const];
  const reader = createReader(await startForTest({ probe: async () => ((probes += 1), checks) }));
  expect(await reader.words("/settings")).toContain("Probe the candidates");
  expect(probes).toBe(0);
  const { status, text } = await reader.send("/settings/probe", {}, "/settings");
  expect([status, probes]).toEqual([200, 1]);
  expect(text).toContain("what it sends REACHES CUSTOMERS");
  expect(text).toContain("0 as they should be, 0 to look at, 1 wrong");
});

test("nobody who only reads probes anything", async () => {
  let probes = 0;
  const access = { tokens: [sampleToken("eva", ["read"])], hosts: [] };
  const reader = createReader(await startForTest({ access, probe: async () => ((probes += 1), []) }));
  await reader.send("/sign-in", { token: "eva" }, "/sign-in");
  expect(await reader.words("/settings")).not.toContain("Probe the candidates");
  expect((await reader.send("/settings/probe", {})).status).toBe(403);
  expect(probes).toBe(0);
});
