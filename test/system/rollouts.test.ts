import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { Opened } from "../support/opened.ts";
import { startRedis, type RedisServer } from "../support/redis.ts";
import {
  cli,
  does,
  enabledFlag,
  messages,
  rolloutWorld,
  served,
  shadowFlag,
  shoppers,
  untilView,
  view,
} from "../support/rollout-world.ts";
import type { Sombra } from "../support/sombra.ts";

const opened = new Opened();
afterEach(opened.close);

const everybody = shoppers(120);
const leaseKey = "{sombra}:rollouts:lease";

interface Groups {
  readonly candidate: { readonly items: number };
}

/** A plan is looked at once a second, and who writes again in one phase is no new evidence: no need to write all the time. */
const writeEveryMs = 250;

/** Everybody writes again and again, to every instance, until that phase is seen on all: evidence begins anew with each phase. */
async function untilPhase(name: string, ...instances: readonly Sombra[]): Promise<void> {
  const isThere = async (): Promise<boolean> => {
    const views = await Promise.all(instances.map((one) => view(one)));
    return views.every(({ phase }) => phase === name);
  };
  while (!(await isThere())) {
    for (const one of instances) await messages(one, everybody);
    await delay(writeEveryMs);
  }
}

describe("one instance", () => {
  test("a plan that is posted by command line runs to its end, each step audited, and its flags stay", async () => {
    const world = await rolloutWorld(opened);
    const sombra = await world.start();
    expect(await does(sombra, "rollout", "start", world.planFile)).toMatch(/status +ready +running\n/);
    const simulated = await fetch(`${sombra.adminUrl}/api/rollouts/quick/simulate`, {
      method: "POST",
      body: JSON.stringify({ traffic: "100000", candidate: "errors=50%", runs: 1 }),
    });
    expect([simulated.status, await simulated.json()]).toMatchObject([200, { plan: "quick", runs: 1, complete: true }]);
    await untilPhase("half", sombra);
    const inHalf = await served(sombra, everybody);
    expect(inHalf.length).toBeGreaterThan(30);
    expect(inHalf.length).toBeLessThan(90);
    await untilPhase("all", sombra);
    expect(await served(sombra, everybody)).toEqual(everybody);
    await messages(sombra, everybody);
    await sombra.until<Groups>("/api/rollouts/quick/groups", ({ candidate }) => candidate.items >= everybody.length);
    expect(await does(sombra, "rollout", "checkpoint", "quick", "--name", "T+1m")).toMatch(/^T\+1m: PASS in all/);
    await untilView(sombra, ({ why }) => why?.includes("complete") === true);
    const metricsNow = async (): Promise<string> => (await fetch(`${sombra.adminUrl}/metrics`)).text();
    await expect.poll(metricsNow, { timeout: 30_000 }).toContain('sombra_decision_due{rollout="quick"} 1');
    await does(sombra, "rollout", "complete", "quick", "--lessons", "pairs help");
    expect(await view(sombra)).toMatchObject({ status: "completed" });

    const kept = await cli(sombra, "flags", "delete", enabledFlag);
    expect(kept).toMatchObject({ code: 1, stderr: expect.stringContaining("kept by the rollout `quick`") });
    const { entries } = await sombra.get<{
      entries: readonly { action: string; reason: string; after: { status?: { name?: string } } | null }[];
    }>("/api/audit?subject=quick");
    expect(new Set(entries.map(({ action }) => action))).toEqual(new Set(["rollout-set"]));
    const statuses = entries.toReversed().map(({ after }) => after?.status?.name);
    expect([...new Set(statuses)]).toEqual(["draft", "ready", "running", "completed"]);
    const reasons = entries.map(({ reason }) => reason);
    expect(reasons.some((reason) => /^half -> all: every gate passes.*percent 50 -> 0/.test(reason))).toBe(true);
    const metrics = await metricsNow();
    expect(metrics).not.toMatch(/^sombra_decision_due/m);
    expect(metrics).toMatch(/^sombra_checkpoints_total\{verdict="PASS"\} [3-9]/m);
    const report = await does(sombra, "rollout", "report", "quick", "--format", "md");
    expect(report).toMatch(/^# quick: final report\n/);
    expect(report).toMatch(/\| half \| serve 50 %, .+ \| advance, .+, Sombra \| half -&gt; all: every gate passes/);
    expect(report).toMatch(/\| Shoppers \| (?!0)[\d,]+ \|/);
    expect(report).toContain("## Lessons learned\n\npairs help\n");
    const [, mark = ""] = /\(sombra audit check (\d+:[0-9a-f]{64})\)/.exec(report) ?? [];
    expect(await does(sombra, "audit", "check", mark)).toContain("is the one that the report was made of");
  }, 90_000);

  test("a drill takes everybody to legacy and back, and its seconds stay with the rollout", async () => {
    const world = await rolloutWorld(opened);
    const sombra = await world.start();
    await does(sombra, "rollout", "start", world.planFile);
    const before = await sombra.get<object>(`/api/flags/${enabledFlag}`);
    expect(await does(sombra, "rollout", "drill", "quick")).toMatch(
      /^quick: one instance was on legacy after 0\.\d\d s/,
    );
    const after = await sombra.get<object>(`/api/flags/${enabledFlag}`);
    const said = (flag: object): object => ({ ...flag, version: 0, updatedAt: "", updatedBy: "" });
    expect(said(after)).toEqual(said(before));
    expect(await view(sombra)).toMatchObject({ status: "running", drill: { seconds: expect.any(Number) } });
  });

  test("a flag under it is locked to hands, and its kill is not", async () => {
    const world = await rolloutWorld(opened);
    const sombra = await world.start();
    await does(sombra, "rollout", "start", world.planFile);
    const byHand = await cli(sombra, "flags", "set", shadowFlag, "percent=50");
    expect(byHand).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("under the rollout `quick`, which is running"),
    });
    const second = await cli(sombra, "rollout", "start", world.planFile, "--draft");
    const sent = await sombra.call("POST", "/api/rollouts", {
      plan: "other",
      flag: enabledFlag,
      author: "anna",
      phases: [{ name: "a" }],
      gates: [{ type: "configDrift" }],
    });
    expect(sent.status).toBe(409);
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining("one flag is under one rollout") });
    await does(sombra, "flags", "set", shadowFlag, "percent=99", "--break-glass", "--reason", "a test");
    await does(sombra, "flags", "deny", enabledFlag, "15550100001");
    await does(sombra, "flags", "kill", enabledFlag);
    await does(sombra, "incident", "open", "orders are lost");
    expect(await sombra.get("/api/incidents")).toMatchObject({ blocking: [expect.stringMatching(/-1$/)] });
    const report = await sombra.get<{ decisions: readonly { what: string; why: string; break_glass: boolean }[] }>(
      "/api/rollouts/quick/report?kind=final",
    );
    expect(report.decisions.filter(({ what }) => what === "flag" || what === "incident")).toMatchObject([
      { what: "flag", why: expect.stringMatching(/ set percent \d+ -> 99: Break-glass: a test$/), break_glass: true },
      { what: "flag", why: `${enabledFlag} set denylist +1` },
      { what: "flag", why: `${enabledFlag} killed enabled true -> false` },
      { what: "incident", why: expect.stringMatching(/^open, critical, .+"orders are lost"$/) },
    ]);
    expect(JSON.stringify(report)).not.toContain("15550100001");
  }, 60_000);
});

test("prechecks are red until it is so, and green from then on: telemetry, coverage, a list's size", async () => {
  const world = await rolloutWorld(opened, { [enabledFlag]: "true" });
  const sombra = await world.start();
  const written = (plan: string, listed: number) =>
    sombra.call("POST", "/api/rollouts", {
      plan,
      flag: enabledFlag,
      author: "anna",
      prechecks: { automatic: ["telemetry", "coverage", { "list-size": 2 }] },
      phases: [{ name: "team", allowlist: everybody.slice(0, listed) }],
      gates: [{ type: "configDrift" }],
    });
  const started = async (plan: string): Promise<string> => {
    const { code, stdout, stderr } = await cli(sombra, "rollout", "start", plan);
    return code === 0 ? stdout : stderr;
  };
  expect((await written("few", 1)).status).toBe(201);
  const red = await started("few");
  for (const why of [
    /telemetry: nothing was delivered/,
    /coverage: nothing was to be compared yet/,
    /list-size: 1 shoppers are listed, 2 at least/,
  ])
    expect(red).toMatch(why);
  await does(sombra, "rollout", "abort", "few", "--reason", "too few");
  await written("enough", 2);
  expect(await started("enough")).not.toMatch(/list-size/);
  await fetch(`${sombra.adminUrl}/metrics`);
  expect(await started("enough")).toMatch(/cannot start: coverage: nothing was to be compared yet/i);
  await messages(sombra, everybody);
  await expect.poll(() => started("enough"), { timeout: 20_000, interval: 500 }).toMatch(/status +\w+ +running/);
  // Whoever asks for less than is needed is told what is missing, and for what.
  expect(await cli(sombra, "rollout", "advance", "enough", "--to", "team")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--to needs --reason"),
  });
  const expected = ["drift", "--reason", "by hand", "--until", "24h"] as const;
  expect(await does(sombra, "rollout", "acknowledge", "enough", ...expected)).toMatch(/is expected until 20/);
}, 60_000);

describe("two instances on Redis", () => {
  async function started() {
    const redis = await startRedis();
    opened.add(redis);
    const world = await rolloutWorld(opened, { SOMBRA_REDIS_URL: redis.url });
    const dirs = ["one", "two"].map((name) => join(world.dir, name));
    const [one, two] = [
      await world.start({ SOMBRA_DATA_DIR: dirs[0] ?? "" }),
      await world.start({ SOMBRA_DATA_DIR: dirs[1] ?? "" }),
    ];
    await does(one, "rollout", "start", world.planFile);
    return { ...world, redis, one, two, dirs };
  }

  /** In the phase in which the candidate answers half of all. */
  async function inHalf() {
    const all = await started();
    const { one, two } = all;
    await does(one, "rollout", "advance", "quick", "--to", "half", "--break-glass", "--reason", "a test");
    for (const sombra of [one, two]) await untilView(sombra, ({ phase }) => phase === "half");
    return { ...all, half: await served(one, everybody) };
  }

  const leaderOf = async ({ one, two }: { one: Sombra; two: Sombra }): Promise<Sombra> => {
    const leads = (sombra: Sombra): boolean =>
      sombra.lines.findLast(({ event }) => event === "rollout_leader")?.["leads"] === true;
    return leads(one) ? one : two;
  };

  test("everybody is back on legacy within two seconds of the evidence, with the figures in the audit", async () => {
    const { one, two, candidateSide, half } = await inHalf();
    candidateSide.fail(true);
    await messages(one, half.slice(0, 20));
    await messages(two, half.slice(20, 40));
    const evidenceMs = performance.now();
    for (const sombra of [one, two]) {
      await sombra.until<{ enabled: boolean; reason: string }>(
        `/feature-flags/${shadowFlag}?shopper_id=${half[0]}`,
        ({ enabled }) => enabled,
      );
    }
    expect(performance.now() - evidenceMs).toBeLessThan(2_000);
    const { state } = await untilView(two, ({ status }) => status === "rolled-back");
    expect(state.reason).toMatch(/cells.*lnE|ln E/);
    expect(await messages(two, half.slice(0, 5))).toEqual([200, 200, 200, 200, 200]);
    expect(await served(two, half)).toEqual([]);
  }, 60_000);

  test("a drill undoes no rollback that comes while it waits for an instance", async () => {
    const { one, two, half } = await inHalf();
    two.signal("SIGSTOP");
    const drilled = cli(one, "rollout", "drill", "quick");
    await one.until<{ reason: string }>(
      `/feature-flags/${enabledFlag}?shopper_id=${half[0]}`,
      ({ reason }) => reason === "disabled",
    );
    await does(one, "rollout", "rollback", "quick", "--reason", "orders are lost");
    expect(await does(one, "rollout", "status", "quick")).toMatch(/status +rolled-back to shadow since /);
    const answer = await drilled;
    two.signal("SIGCONT");
    expect(answer).toMatchObject({ code: 1, stderr: expect.stringMatching(/stays off: .*meanwhile/) });
    expect(await one.get(`/api/flags/${shadowFlag}`)).toMatchObject({ percent: 100 });
    expect(await served(one, half)).toEqual([]);
  }, 60_000);

  test("it survives the death of its leader: another one goes on, and who is in is not drawn anew", async () => {
    const all = await inHalf();
    const { start, half, redis } = all;
    const leader = await leaderOf(all);
    const other = leader === all.one ? all.two : all.one;
    leader.signal("SIGKILL");
    await leader.exited;
    expect(await served(other, everybody)).toEqual(half);
    await other.line(({ event, leads }) => event === "rollout_leader" && leads === true);
    await untilPhase("all", other);
    const again = await start();
    expect(await served(again, half)).toEqual(half);
    expect(await view(again)).toMatchObject({ status: "running", phase: "all" });

    // One that stops lets go of its lease: nobody waits until it runs out.
    const led = other.lines.findLast(({ event }) => event === "rollout_leader");
    await other.stop();
    expect(await redis.cli("GET", leaseKey)).not.toContain(String(led?.["instance"]));
    await again.line(({ event, leads }) => event === "rollout_leader" && leads === true);
  }, 90_000);

  const trips = (sombra: Sombra) => sombra.line(({ event, alarm }) => event === "alarm" && alarm === "local-trip");
  const reasonOf = async (sombra: Sombra, shopper: string): Promise<string> =>
    (await sombra.get<{ reason: string }>(`/feature-flags/${enabledFlag}?shopper_id=${shopper}`)).reason;

  test("while Redis is dead a failing candidate makes each instance go back by itself, and stay so until all have", async () => {
    const { redis, one, two, start, candidateSide, half, dirs } = await inHalf();
    const [shopper = ""] = half;
    await keep(redis);
    await redis.kill();
    await one.line(({ event, up }) => event === "store" && up === false);
    candidateSide.fail(true);
    await Promise.all([messages(one, half), messages(two, half)]);
    await Promise.all([trips(one), trips(two)]);
    expect([await reasonOf(one, shopper), await reasonOf(two, shopper)]).toEqual(["force_off", "force_off"]);
    expect(new Set(await messages(one, half))).toEqual(new Set([200]));
    expect(await view(one)).toMatchObject({ status: "running" });

    // A process that begins anew while the store is away holds to it.
    await two.stop();
    const again = await start({ SOMBRA_DATA_DIR: dirs[1] ?? "" });
    expect(await reasonOf(again, shopper)).toBe("force_off");
    expect(new Set(await messages(again, half))).toEqual(new Set([200]));

    await redis.restart();
    const { state } = await untilView(one, ({ status }) => status === "rolled-back");
    expect(state).toMatchObject({
      reason: expect.stringContaining("local trip"),
      by: expect.stringContaining("local-trip"),
    });
    for (const sombra of [one, again]) {
      await sombra.line(({ event, alarm }) => event === "alarm_over" && alarm === "local-trip");
      await sombra.until<{ reason: string }>(
        `/feature-flags/${enabledFlag}?shopper_id=${shopper}`,
        ({ reason }) => reason !== "force_off",
      );
      expect(await served(sombra, half)).toEqual([]);
    }
  }, 90_000);
});

/** What Redis has is on its disk. */
async function keep(redis: RedisServer): Promise<void> {
  await redis.cli("SAVE");
}
