import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCommand, type Ran } from "../sample.ts";

const plans = resolve(import.meta.dirname, "../../../../config/plans");
const folder = mkdtempSync(join(tmpdir(), "sombra-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Nobody is asked. */
const nobody = "http://127.0.0.1:1";
const check = (...args: readonly string[]): Promise<Ran> => runCommand(["rollout", "check", ...args], { url: nobody });

test.each(["whatsapp-canonical-events", "passenger-favorites-matching"])("%s passes", async (name) => {
  const { code, stdout, stderr } = await check(join(plans, `${name}.yaml`), "--rate", "2000");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.split("\n")[0]).toBe(name);
  expect(stdout).toContain("Phases, at 2000 items an hour:");
});

test("gates say how many cells they need and how long that takes, and standing rules that are left are warned of", async () => {
  const { stdout } = await check(join(plans, "whatsapp-canonical-events.yaml"), "--rate", "2000");
  expect(stdout).toMatch(/^4\. shadow-5, 1\.57 days at the soonest$/m);
  expect(stdout).toMatch(/- errorRate: .* \(3778 cells without a bad one, 1\.57 days\)$/m);
  expect(stdout).toContain("No standing rule is left.");
  const other = await check(join(plans, "passenger-favorites-matching.yaml"), "--rate", "2000");
  expect(other.stdout.match(/^warning: Phase "\w+" takes \d h/gm)).toHaveLength(3);
});

test("as JSON it is the same, for programs", async () => {
  const { code, stdout } = await check(join(plans, "whatsapp-canonical-events.yaml"), "--rate", "2000", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    plan: "whatsapp-canonical-events",
    items_per_hour: 2_000,
    phases: [{ name: "dev" }, {}, {}, { name: "shadow-5", needs: 3_778 }, {}, {}, {}, {}, { name: "cutover" }],
    warnings: [],
  });
});

test("a plan that is wrong ends with 1, and says where by line and column", async () => {
  const file = join(folder, "bad.yaml");
  writeFileSync(file, "plan: bad\nflag: F\nphases:\n  - {name: a, minDuration: soon}\ngates: [{type: alerts}]\n");
  const { code, stdout, stderr } = await check(file);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(
    `${file} line 4, column 28: phases[0].minDuration is "soon", must be a whole number and a unit`,
  );
  const told = await check(file, "--json");
  expect(told.code).toBe(1);
  expect(JSON.parse(told.stdout)).toMatchObject({ ok: false, problems: [{ line: 4, column: 28 }] });
});

test("a file that is not there ends with 1, wrong use with 2", async () => {
  expect((await check(join(folder, "none.yaml"))).code).toBe(1);
  const file = join(plans, "whatsapp-canonical-events.yaml");
  for (const args of [
    [file, "--rate", "0"],
    [file, "--rate", "many"],
    [file, "--fast"],
    [file, file],
  ]) {
    expect((await check(...args)).code).toBe(2);
  }
});

test("a plan comes from the standard input, too", async () => {
  const stdin = "plan: a\nflag: F\nphases: [{name: one}]\ngates: [{type: errorRate, budget: 1%}]\n";
  const { code, stdout } = await runCommand(["rollout", "check", "-", "--rate", "100"], { url: nobody, stdin });
  expect(code).toBe(0);
  expect(stdout).toContain("(376 cells without a bad one, 3.76 h)");
});

test("without --rate it says what gates need, and that time takes a rate", async () => {
  const { stdout } = await check(join(plans, "whatsapp-canonical-events.yaml"));
  expect(stdout).toContain("Phases, how long it takes is told with --rate PER_HOUR:");
  expect(stdout).toMatch(/- errorRate: .* \(3778 cells without a bad one\)$/m);
});

test("without a file every plan beside the file of SOMBRA_CONFIG is looked at", async () => {
  const at = (config: string, ...args: readonly string[]): Promise<Ran> =>
    runCommand(["rollout", "check", ...args], { url: nobody, env: { SOMBRA_CONFIG: config } });
  const shipped = await at(resolve(plans, "../sombra.yaml"), "--json");
  expect(shipped.code).toBe(0);
  expect(JSON.parse(shipped.stdout)).toMatchObject({
    plans: [
      { plan: "business-events-canary" },
      { plan: "f5tts-engine" },
      { plan: "passenger-favorites-matching" },
      { plan: "recommendations" },
      { plan: "whatsapp-canonical-events" },
    ],
  });
  mkdirSync(join(folder, "plans"));
  writeFileSync(join(folder, "plans", "wrong.yaml"), "plan: wrong\n");
  writeFileSync(join(folder, "plans", "right.yaml"), readFileSync(join(plans, "whatsapp-canonical-events.yaml")));
  const own = await at(join(folder, "sombra.yaml"));
  expect([own.code, own.stdout]).toEqual([1, ""]);
  expect(own.stderr).toContain('right.yaml line 1, column 1: plan is "whatsapp-canonical-events", must be "right"');
  expect(own.stderr).toContain("wrong.yaml line 1, column 1: flag is missing");
  expect((await at(join(folder, "nowhere", "sombra.yaml"))).code).toBe(1);
});
