import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runCommand, type Asking, type Ran } from "../sample.ts";
import { createProgress } from "./progress.ts";

const config = resolve(import.meta.dirname, "../../../../config/sombra.yaml");
const folder = mkdtempSync(join(tmpdir(), "sombra-simulate-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Nobody is asked. */
const simulate = (args: readonly string[], asking: Partial<Asking> = {}): Promise<Ran> =>
  runCommand(["rollout", "simulate", ...args], {
    url: "http://127.0.0.1:1",
    env: { SOMBRA_CONFIG: config },
    ...asking,
  });

const matching = ["passenger-favorites-matching", "--traffic", "3000", "--runs", "3"];
const once = [...matching.slice(0, -1), "1"];

describe("rollout simulate", { timeout: 60_000 }, () => {
  test("tells by phases what a plan of the folder does with a candidate that gets worse", async () => {
    const { code, stdout } = await simulate([...matching, "--candidate", "errors=30%@five"]);
    expect(code).toBe(0);
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("passenger-favorites-matching: traffic 3000, candidate errors=30%@five");
    expect(stdout).toMatch(/^testers +█+·+ {2}3 h$/m);
    expect(stdout).toMatch(/^five +·+█*[!✗]+·* {2}.+ ✗ 3$/m);
    expect(stdout).toMatch(/^ten +·+░+·* {2}4 h$/m);
    expect(stdout).toMatch(
      /^3 runs, seed 1: 0 came to the end of the plan, 3 rolled back, 0 were held; they took 5 h/m,
    );
    expect(stdout).toMatch(
      /^The candidate is worse from 5 h after the start: noticed in 3 of 3 runs, .+ by fast lane 3\.$/m,
    );
    expect(stdout).toMatch(
      /^Bad answers that shoppers got: \d+( \(\d+ to \d+\))?\. Bad items that were compared: 0\.$/m,
    );
    expect(stdout).toMatch(/^False alarms before it got worse: 0 of 3 runs \(at most 56 %, with 95 %\)\.$/m);
    expect(stdout).toMatch(/^five +5 % +0 % +3 .+3 rolled back \(fast lane 3\) +serverErrors, determinism, /m);
  });

  test("takes a file, and as JSON says the same for the same seed, and names no shopper", async () => {
    const file = join(folder, "mine.yaml");
    writeFileSync(file, readFileSync(resolve(config, "../plans/passenger-favorites-matching.yaml")));
    const [one, two, other] = await Promise.all(
      [
        [...once, "--json"],
        [file, ...once.slice(1), "--json"],
        [...once, "--json", "--seed", "9", "--approve-after", "5h"],
      ].map((args) => simulate(args)),
    );
    expect(one?.code).toBe(0);
    expect(two?.stdout).toBe(one?.stdout);
    const read = JSON.parse(one?.stdout ?? "");
    expect(read).toMatchObject({
      plan: "passenger-favorites-matching",
      traffic: "3000",
      candidate: "healthy",
      runs: 1,
      ends: { completed: 1, rolled_back: 0, held: 0 },
      fault: null,
      complete: true,
    });
    expect(JSON.parse(other?.stdout ?? "").took_ms.median).toBeGreaterThan(read.took_ms.median + 7 * 3_600_000);
    expect(one?.stdout).not.toContain("tester-0");
    expect(one?.stdout).not.toContain("shopper-");
  });

  test.each<[readonly string[], RegExp]>([
    [["x"], /--traffic is missing: how many items an hour come/],
    [["x", "--traffic", "lots"], /--traffic is "lots", must be a whole number of items an hour, from 1/],
    [["x", "--traffic", "9", "--candidate", "ill"], /--candidate is "ill", must be healthy, or WHAT=HOW MUCH@WHEN/],
    [["x", "--traffic", "9", "--candidate", "errors=2"], /--candidate: errors is "2", must be a share such as 0.5%/],
    [["x", "--traffic", "9", "--candidate", "errors=2%@x"], /is "@x", must be @ and a time .+ testers, one, five, ten/],
    [["x", "--traffic", "9", "--candidate", "metric:a=2"], /"a", must be left out: the plan has no metric gate/],
    [["x", "--traffic", "9", "--runs", "0"], /--runs is 0, must be a whole number from 1 to 100000/],
    [["x", "--traffic", "9", "--runs", "many"], /--runs must be a whole number/],
    [["x", "--traffic", "9", "--approve-after", "soon"], /--approve-after is "soon", must be a duration such as/],
    [["x", "--trafic", "9"], /did you mean --traffic/],
    [[], /PLAN is missing/],
  ])("refuses nonsense (%j) with 2, by name, and what it must be", async ([plan, ...args], said) => {
    const { code, stdout, stderr } = await simulate([...(plan === undefined ? [] : [matching[0] ?? ""]), ...args]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(said);
  });

  test("ends with 1 where there is no such plan, or it is wrong, or cannot begin", async () => {
    const none = await simulate(["none", "--traffic", "9"]);
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("none cannot be read (ENOENT)")]);
    const wrong = await simulate(["-", "--traffic", "9"], { stdin: "plan: x" });
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("the plan is wrong")]);
    const elsewhere = "plan: x\nflag: F\nphases: [{name: a, environment: dev}]\ngates: [{type: alerts}]\n";
    const nowhere = await simulate(["-", "--traffic", "9", "--runs", "1"], { stdin: elsewhere });
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining("no phase takes place in production")]);
    const there = await simulate(["-", "--traffic", "9", "--runs", "1", "--environment", "dev"], { stdin: elsewhere });
    expect(there.code).toBe(0);
  });
});

describe("progress", () => {
  const told = (isTTY: boolean): string => {
    let [text, now] = ["", 0];
    const progress = createProgress({ isTTY, write: (part: string) => (text += part) }, 100, () => now);
    for (let done = 0; done <= 100; done += 1) {
      progress.done(done);
      now += 150;
    }
    progress.end();
    return text;
  };

  test("is one line drawn anew on a terminal, which is gone in the end", () => {
    const text = told(true);
    expect(text).not.toContain("\n");
    expect(text).toContain("\r\u001b[K50 of 100 runs, about 8 s to go");
    expect(text.endsWith("\r\u001b[K")).toBe(true);
  });

  test("is a line now and then elsewhere", () => {
    expect(told(false)).toBe("67 of 100 runs, about 5 s to go\n");
  });
});
