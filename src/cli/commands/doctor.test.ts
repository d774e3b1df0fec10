import { afterEach, expect, test } from "vitest";
import type { Check } from "../../admin/index.ts";
import { startSample, type SampleSombra } from "./sample.ts";

let sombra: SampleSombra;
afterEach(() => sombra.close());

const store: Check = { name: "store", status: "ok", text: "it answers" };

test("everything is looked at, with the audit's chain and what is degraded", async () => {
  sombra = await startSample({ degraded: () => ["the snapshot is 5 s old"] });
  expect(await sombra.does("doctor")).toBe(`STATUS  CHECK     WHAT
ok      store     it answers
warn    degraded  the snapshot is 5 s old
ok      audit     0 entries, each follows from the one before

no check fails
`);
});

test("what a check says is not said again as degraded", async () => {
  const old: Check = { name: "rule old", status: "warn", text: "it has expired" };
  sombra = await startSample({ checks: async () => [old], degraded: () => [old.text, "the snapshot is 5 s old"] });
  const told: unknown = JSON.parse(await sombra.does("doctor", "--json"));
  expect(told).toMatchObject({ checks: [old, { text: "the snapshot is 5 s old" }, { name: "audit" }] });
});

test("candidates are probed where that is asked for, and not otherwise", async () => {
  sombra = await startSample();
  expect(await sombra.does("doctor")).not.toContain("probe");
  expect(await sombra.does("doctor", "--probe")).toMatch(/^ok +default: probe +all held$/m);
});

test("what fails is an exit code, in JSON too", async () => {
  const candidate: Check = { name: "candidate", status: "fail", text: "it is not there" };
  sombra = await startSample({ checks: async () => [store, candidate] });
  const { code, stdout } = await sombra.run(["doctor"]);
  expect(code).toBe(1);
  expect(stdout).toContain("1 of 3 checks fail");
  const json = await sombra.run(["doctor", "--json"]);
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({ checks: [store, candidate, { name: "audit" }] });
});

test("a broken chain fails", async () => {
  sombra = await startSample({ checkAudit: async () => ({ entries: 9, brokenAt: 4 }) });
  const { code, stdout } = await sombra.run(["doctor"]);
  expect(code).toBe(1);
  expect(stdout).toContain("fail    audit  entry 4 does not follow from the one before");
});

test("an audit that cannot be read is a warning", async () => {
  sombra = await startSample({ checkAudit: () => Promise.reject(new Error("no store")) });
  expect(await sombra.does("doctor")).toMatch(/warn +audit +The audit cannot be read now: no store/);
});

test("the chain is looked at once where the checks tell of it already", async () => {
  const told: Check = { name: "audit", status: "ok", text: "3 entries" };
  sombra = await startSample({ checks: async () => [told] });
  expect(JSON.parse(await sombra.does("doctor", "--json"))).toEqual({ checks: [told] });
});

test("a terminal gets colours and whole sentences", async () => {
  const text = "a sentence that is longer than the terminal is wide, and says what to do";
  sombra = await startSample({ checks: async () => [{ name: "store", status: "fail", text }] });
  const { stdout } = await sombra.run(["doctor"], { columns: 30 });
  expect(stdout).toContain(`\u001b[31mfail\u001b[39m    store  ${text}`);
});
