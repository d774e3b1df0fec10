import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { checkpoint, rollout, sampleRollouts } from "../../../admin/calls/sample.ts";
import type { RolloutsDeps } from "../../../admin/rollouts.ts";
import { reportOf } from "../../../report/index.ts";
import { samplePorts } from "../../../report/sample.ts";
import type { Rollout } from "../../../rollout/index.ts";
import { startSample } from "../sample.ts";
import { durationText } from "./show.ts";

async function started(changes: Partial<RolloutsDeps> = {}, known: readonly Rollout[] = [rollout()]) {
  const { rollouts, orders } = sampleRollouts(changes, known);
  const sombra = await startSample({ rollouts });
  onTestFinished(() => sombra.close());
  return {
    orders,
    does: (...args: readonly string[]) => sombra.does(...args),
    run: (...args: Parameters<typeof sombra.run>) => sombra.run(...args),
  };
}

/** A plan in a file. */
function planFile(text = "name: events"): string {
  const folder = mkdtempSync(join(tmpdir(), "sombra-plan-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "events.yaml");
  writeFileSync(file, text);
  return file;
}

describe("status", () => {
  test("lists rollouts", async () => {
    const { does } = await started();
    const [titles, row] = (await does("rollout", "status")).split("\n");
    expect(titles).toMatch(/^ROLLOUT +FLAG +STATUS +PHASE +SERVES +SINCE$/);
    expect(row).toMatch(/^events +CANONICAL +running +list +0 % +2026-01-02T03:04:05.000Z$/);
    expect(JSON.parse(await does("rollout", "status", "--json"))).toMatchObject({ leader: "one" });
    const none = await started({}, []);
    expect(await none.does("rollout", "status")).toBe("no rollout\n");
  });

  test("of one says why it waits, how long still and what each gate says", async () => {
    const { does, run } = await started();
    const lines = await does("rollout", "status", "events");
    expect(lines).toMatch(/\nphase +list \(1 of 2\): serves 0 %, compares 100 %\n/);
    expect(lines).toMatch(/\ntime +ran 10 min, 50 min to go at least, a decision is due in 1 h 50 min\n/);
    expect(lines).toMatch(/\nwaits +errors needs 3770 more pairs\n/);
    expect(lines).toMatch(/\nmissing +3770 pairs\n/);
    expect(lines).toMatch(/\napprovals +1 of 2, of bob, eve, not of anna\n/);
    expect(lines).toMatch(/\nerrors +INCONCLUSIVE +3770 +too few\n/);
    expect(lines).toMatch(/\nCONFIG_DRIFT +WARN \(expected\) +- +rollout=1%, expected=0%\n/);
    expect((await run(["rollout", "status", "none"])).code).toBe(1);
  });
});

describe("start", () => {
  test("writes a plan and begins it", async () => {
    const { run, orders } = await started({}, []);
    const { code, stdout, stderr } = await run(["rollout", "start", planFile()]);
    expect([code, stdout, stderr]).toEqual([1, "", expect.stringContaining("No rollout of this name")]);
    expect(orders.map(({ action }) => action)).toEqual(["create", "check"]);
    const ready = await started({}, [rollout({ status: { name: "ready" } })]);
    expect(await ready.does("rollout", "start", planFile())).toContain("events: start of events");
    expect(ready.orders.map(({ action, rollout: of }) => [action, of])).toEqual([
      ["create", "events"],
      ["check", "events"],
      ["start", "events"],
    ]);
  });

  test("only writes it as a draft, begins one by its name, and breaks glass with a reason alone", async () => {
    const { does, run, orders } = await started({}, [rollout({ status: { name: "ready" } })]);
    await does("rollout", "start", planFile(), "--draft");
    expect(orders.map(({ action }) => action)).toEqual(["create", "check"]);
    await does("rollout", "start", "events", "--break-glass", "--reason", "drilled by hand");
    expect(orders.at(-1)).toMatchObject({ action: "start", breakGlass: "drilled by hand" });
    expect((await run(["rollout", "start", "events", "--break-glass"])).code).toBe(2);
  });

  test("says where a plan is wrong", async () => {
    const { run } = await started();
    const { code, stderr } = await run(["rollout", "start", planFile("any: 1")]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("line 3, column 5 must be one of name, flag")]);
  });
});

test.each<[readonly string[], object]>([
  [["pause", "events", "--reason", "lunch"], { action: "pause", reason: "lunch" }],
  [["resume", "events"], { action: "resume" }],
  [["advance", "events"], { action: "advance", to: null, breakGlass: null }],
  [["advance", "events", "--to", "five", "--break-glass", "--reason", "x"], { to: "five", breakGlass: "x" }],
  [["advance", "events", "--to", "five", "--reason", "x"], { to: "five", breakGlass: null, reason: "x" }],
  [["approve", "events"], { action: "approve" }],
  [["reject", "events", "--reason", "no"], { action: "reject", reason: "no" }],
  [
    ["acknowledge", "events", "drift", "--reason", "meant", "--until", "2026-02-01"],
    { gate: "drift", why: "meant", until: "2026-02-01T00:00:00.000Z" },
  ],
  [["rollback", "events", "--reason", "bad"], { action: "rollback", to: null, reason: "bad" }],
  [["rollback", "events", "--reason", "bad", "--to", "off"], { to: "off" }],
  [["abort", "events", "--reason", "over"], { action: "abort" }],
  [["complete", "events", "--lessons", "pairs help"], { lessons: "pairs help" }],
  [["note", "events", "T+2h"], { text: "T+2h" }],
  [["tick", "events", "load-test", "--evidence", "run 5"], { precheck: "load-test", evidence: "run 5" }],
])("sombra rollout %j", async (args, order) => {
  const { does, orders } = await started();
  expect(await does("rollout", ...args)).toMatch(/^events: \w+ of events\n$/);
  expect(orders).toMatchObject([{ rollout: "events", by: expect.stringMatching(/^command:/), ...order }]);
  expect(JSON.parse(await does("rollout", ...args, "--json"))).toMatchObject({ unchanged: false });
});

test.each([
  [["pause", "events"], "--reason must be given"],
  [["acknowledge", "events", "drift"], "--reason and --until must be given"],
  [["complete", "events"], "--lessons must be given"],
  [["advance", "events", "--break-glass"], "--break-glass needs --reason"],
  [["advance", "events", "--to", "five"], "--to needs --reason"],
  [["rollback", "events", "--reason", " "], "--reason must be given"],
])("sombra rollout %j is wrong use", async (args, why) => {
  const { run, orders } = await started();
  const { code, stderr } = await run(["rollout", ...args]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
  expect(orders).toEqual([]);
});

test("what is before and after is shown, and unchanged where it is", async () => {
  const known = [rollout()];
  const { does } = await started(
    {
      async act() {
        if (known[0]?.status.name === "aborted") return { kind: "unchanged", what: "" };
        known[0] = rollout({ status: { name: "aborted", since: "", by: "x", reason: "y" } });
        return { kind: "done", what: "aborted" };
      },
    },
    known,
  );
  expect(await does("rollout", "abort", "events", "--reason", "y")).toBe(
    "events: aborted\nFIELD   BEFORE   AFTER\nstatus  running  aborted\nphase   list     -\nserve   0 %      -\n",
  );
  expect(await does("rollout", "abort", "events", "--reason", "y")).toBe("events: unchanged (aborted)\n");
});

test("a checkpoint is shown gate by gate, and fails the command where it fails", async () => {
  const statuses = ["WARN", "FAIL"] as const;
  const asked: (string | undefined)[] = [];
  const { run } = await started({
    checkpoint: async (_, name) => ({ ...checkpoint, status: statuses[asked.push(name) - 1] ?? "ERROR" }),
  });
  const first = await run(["rollout", "checkpoint", "events", "--name", "T+2h"]);
  expect(first.stdout).toMatch(/^T\+1h: WARN in list at \S+, hold\nerrors needs 3770 more pairs\n/);
  expect([first.code, asked]).toEqual([0, ["T+2h"]]);
  expect((await run(["rollout", "checkpoint", "events"])).code).toBe(1);
  expect((await run(["rollout", "checkpoint", "events", "--json"])).code).toBe(1);
});

test("a drill says how long it took", async () => {
  const { does } = await started({ drill: async () => ({ kind: "done", seconds: 0.412, instances: 2 }) });
  expect(await does("rollout", "drill", "events")).toBe(
    "events: all 2 instances were on legacy after 0.41 s, and everything is as it was\n",
  );
});

test("durations are told in two units", () => {
  expect([0, 59_400, 60_000, 5_400_000, 90_061_000].map(durationText)).toEqual([
    "0 s",
    "59 s",
    "1 min",
    "1 h 30 min",
    "1 d 1 h",
  ]);
});

describe("complete", () => {
  test("asks a person for what was learned, up to an empty line", async () => {
    const { run, orders } = await started();
    const stdin = "Time out sooner.\nMend before the campaign.\n\nnot this";
    const { code, stderr } = await run(["rollout", "complete", "events"], { stdin, typed: true });
    expect([code, stderr]).toEqual([0, "What was learned? End with an empty line.\n"]);
    expect(orders).toMatchObject([{ action: "complete", lessons: "Time out sooner.\nMend before the campaign." }]);
    await run(["rollout", "complete", "events", "--lessons", "given"], { stdin, typed: true });
    expect(orders.at(-1)).toMatchObject({ lessons: "given" });
  });

  test("is wrong use without, whether nothing was typed or nobody is there to type", async () => {
    const { run, orders } = await started();
    for (const typed of [true, false]) {
      const { code, stderr } = await run(["rollout", "complete", "events"], { stdin: "\n", typed });
      expect([code, stderr]).toEqual([2, expect.stringContaining("--lessons must be given")]);
    }
    expect(orders).toEqual([]);
  });
});

describe("report", () => {
  const reporting = () => started({ report: (of, wanted) => reportOf(of, wanted, samplePorts()) });

  test("is text to read, or in the form that is asked for", async () => {
    const { does } = await reporting();
    expect(await does("rollout", "report", "events")).toMatch(/^events, list: report of a phase\n=+\n[^]*\nAudit: 7:/i);
    expect(await does("rollout", "report", "events", "--format", "md", "--kind", "final")).toMatch(
      /^# events: final report\n[^]*\n- \*\*Audit:\*\* 7:/,
    );
    for (const json of [["--json"], ["--format", "json"]]) {
      expect(JSON.parse(await does("rollout", "report", "events", "--phase", "five", ...json))).toMatchObject({
        kind: "phase",
        phase: "five",
      });
    }
  });

  test("goes to a file", async () => {
    const { run } = await reporting();
    const folder = mkdtempSync(join(tmpdir(), "sombra-report-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "events.html");
    const { code, stdout, stderr } = await run(["rollout", "report", "events", "--format", "html", "--out", file]);
    expect([code, stdout, stderr]).toEqual([0, "", `written to ${file}\n`]);
    expect(readFileSync(file, "utf8")).toMatch(/^<!DOCTYPE html>\n[^]*<\/html>\n$/);
    const nowhere = await run(["rollout", "report", "events", "--out", join(folder, "none", "x")]);
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining("cannot be written (ENOENT)")]);
  });

  test("of what there is not is refused, with what there is", async () => {
    const { run } = await reporting();
    const { code, stderr } = await run(["rollout", "report", "events", "--kind", "all", "--phase", "none"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/phase must be one of list, five.+\n.+kind must be one of before, initial/);
  });
});
