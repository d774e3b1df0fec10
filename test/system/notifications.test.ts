import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Opened } from "../support/opened.ts";
import { startRedis } from "../support/redis.ts";
import { does, messages, rolloutWorld, shoppers, untilView } from "../support/rollout-world.ts";
import { startSide, type Behaviour, type Seen } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const opened = new Opened();
afterEach(opened.close);

/** A receiver that answers as it is told to. */
async function startReceiver() {
  let answer: Behaviour = (_, response) => response.end("ok");
  const side = opened.add(await startSide((request, response) => answer(request, response)));
  return {
    side,
    takes: () => (answer = (_, response) => response.end("ok")),
    answers: (status: number) => (answer = (_, response) => response.writeHead(status).end("no")),
    hangs: () => (answer = () => undefined),
  };
}

const keyOf = ({ headers }: Seen): string => String(headers["idempotency-key"]);
const textOf = ({ body }: Seen): string => body.toString("utf8");

const told = (sombra: Sombra, about: string, channel: string, outcome: string): Promise<unknown> =>
  sombra.line(
    (line) =>
      line.event === "notification" &&
      line["about"] === about &&
      line["channel"] === channel &&
      line["outcome"] === outcome,
  );

test("what a leader that is killed could not send the next one sends under the same key, and a channel that hangs holds no rollback", async () => {
  const redis = opened.add(await startRedis());
  const [hook, team, stuck] = [await startReceiver(), await startReceiver(), await startReceiver()];
  const config = `notifications:
  publicUrl: https://sombra.example
  channels:
    - { name: hook, webhook: { url: "\${HOOK_URL}", secret: "\${HOOK_SECRET}" }, events: [started, rollback] }
    - { name: team, slack: { url: "\${TEAM_URL}" } }
    - { name: stuck, slack: { url: "\${STUCK_URL}" } }
`;
  const secrets = {
    HOOK_URL: `${hook.side.url}/in`,
    HOOK_SECRET: "0123456789abcdef",
    TEAM_URL: `${team.side.url}/services/secret-path`,
    STUCK_URL: `${stuck.side.url}/services/secret-path`,
  };
  const world = await rolloutWorld(opened, { SOMBRA_REDIS_URL: redis.url, ...secrets }, config);
  const [one, two] = [
    await world.start({ SOMBRA_DATA_DIR: join(world.dir, "one") }),
    await world.start({ SOMBRA_DATA_DIR: join(world.dir, "two") }),
  ];

  expect(await does(one, "doctor", "--notify")).toMatch(/ok +channel team +took a test: 200 ok/);
  expect(await two.get("/api/notifications")).toMatchObject({
    channels: [
      {
        channel: "hook",
        kind: "webhook",
        tested: { ok: true, said: "200 ok", by: expect.stringMatching(/^command:/) },
      },
      {},
      {},
    ],
  });

  await does(one, "rollout", "start", world.planFile);
  await hook.side.requests(2);
  expect(hook.side.seen.map((seen) => JSON.parse(textOf(seen)).event)).toEqual(["test", "started"]);
  expect(await does(two, "rollout", "status", "quick", "--send", "team")).toMatch(
    /^team took the status of quick: 200 ok/,
  );
  expect(textOf(team.side.seen.at(-1) as Seen)).toMatch(
    /\*Phase\*: shadow.*\*Events of the last 24 h\*: none was recorded/s,
  );

  stuck.hangs();
  hook.answers(503);
  team.answers(404);
  world.candidateSide.fail(true);
  await messages(one, shoppers(40));
  const evidenceMs = performance.now();
  await Promise.all([one, two].map((sombra) => untilView(sombra, ({ status }) => status === "rolled-back")));
  expect(performance.now() - evidenceMs).toBeLessThan(2_000);

  const leads = (sombra: Sombra): boolean =>
    sombra.lines.findLast(({ event }) => event === "rollout_leader")?.["leads"] === true;
  const [leader, other] = leads(one) ? [one, two] : [two, one];
  await Promise.all([told(leader, "rollback", "hook", "failed"), told(leader, "rollback", "team", "given-up")]);
  // What was given up is kept with the next turn.
  await leader.until<{ degraded: readonly string[] }>("/readyz", ({ degraded }) =>
    degraded.join().includes("channel team were given up"),
  );
  await stuck.side.requests(3);
  leader.signal("SIGKILL");
  await leader.exited;
  hook.takes();
  await told(other, "rollback", "hook", "sent");

  const rollbacks = hook.side.seen.filter((seen) => JSON.parse(textOf(seen)).event === "rollback");
  expect(rollbacks.length).toBeGreaterThan(1);
  expect(new Set(rollbacks.map(keyOf)).size).toBe(1);
  expect(new Set(rollbacks.map(textOf)).size).toBe(1);
  expect(JSON.parse(textOf(rollbacks[0] as Seen))).toMatchObject({
    rollout: "quick",
    verdict: "FAIL",
    why: expect.stringContaining("cells with a failure of the candidate alone"),
    back: { command: "sombra rollout rollback quick --reason TEXT" },
    link: "https://sombra.example/rollouts/quick",
  });
  const page = await (await fetch(`${other.adminUrl}/metrics`)).text();
  expect(page).toMatch(/^sombra_notifications_total\{channel="hook",outcome="sent"\} [1-9]/m);
  const lines = JSON.stringify([...one.lines, ...two.lines]);
  for (const secret of ["secret-path", secrets.HOOK_SECRET]) expect(lines).not.toContain(secret);
}, 120_000);
