import { expect, test } from "vitest";
import { figure } from "../support/figures.ts";
import { judge } from "../support/chaos/judge.ts";
import { legacyAlone } from "../support/chaos/replay.ts";
import { run } from "../support/chaos/run.ts";

/** `npm run chaos` asks for more of them, and for another seed. */
const deliveries = Number(process.env["SOMBRA_CHAOS_DELIVERIES"] ?? 200);
const seed = process.env["SOMBRA_CHAOS_SEED"] ?? "no leak";
/** Of each kind of send, in each half. */
const least = deliveries / 20;
/** Some fifty a second, starts left out. */
const limitMs = 100_000 + deliveries * 100;

test.each([
  ["sqlite", true],
  ["redis", false],
] as const)(
  "whatever happens, no held send of either side goes out, what is cut over is sent, and legacy does what it does alone: %s, traces passed on: %s",
  async (store, passesTrace) => {
    const every = Math.max(7, Math.min(40, deliveries / 22));
    const ran = await run({
      seed: `${seed} ${store}`,
      deliveries: deliveries / 2,
      store,
      every: Math.floor(every),
      passesTrace,
      least,
    });
    await using world = ran.world;
    const { wrong, figures } = judge(ran);
    process.stdout.write(
      `${JSON.stringify({ store, passesTrace, seed, ...figures, happened: Object.fromEntries(ran.happened) })}\n`,
    );
    expect(wrong).toEqual([]);
    expect(await legacyAlone(world.got.legacy.seen)).toEqual(
      world.called.legacy.seen.map(({ body }) => body.toString()).toSorted(),
    );
    const refused = world.called.candidate.seen.filter(
      ({ status, endMark }) => status === 503 && endMark === world.incarnation,
    );
    await expect.poll(() => world.refused(), { timeout: 30_000 }).toBe(refused.length);
    // Something was put to the test.
    expect(figures["candidate's sends held"]).toBeGreaterThanOrEqual(least);
    expect(figures["candidate's sends released"]).toBeGreaterThanOrEqual(least);
    if (passesTrace) expect(figures["legacy's sends held"]).toBeGreaterThanOrEqual(least);
    expect(await figure(await world.sombra(), "sombra_faults_total")).toBeNaN();
  },
  limitMs,
);
