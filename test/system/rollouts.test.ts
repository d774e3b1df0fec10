import { afterEach, expect, test } from "vitest";
import { Opened } from "../support/opened.ts";
import { cli, does, messages, rolloutWorld, served, shoppers, untilView, view } from "../support/rollout-world.ts";

const opened = new Opened();
afterEach(opened.close);

test("a plan that is posted by command line runs to its end, each step audited, and its flags stay", async () => {
  const world = await rolloutWorld(opened);
  const sombra = await world.start();
  expect(await does(sombra, "rollout", "start", world.planFile)).toContain("quick");
  expect(await view(sombra)).toMatchObject({ status: "running", phase: "shadow" });
  await messages(sombra, shoppers(120));
  await untilView(sombra, ({ phase }) => phase === "half");
  const inHalf = await served(sombra, shoppers(60));
  expect(inHalf.length).toBeGreaterThan(10);
  expect(inHalf.length).toBeLessThan(50);
  await messages(sombra, shoppers(120));
  await untilView(sombra, ({ phase }) => phase === "all");
  expect((await served(sombra, inHalf)).length).toBe(inHalf.length);
  await messages(sombra, shoppers(120));
  expect((await cli(sombra, "rollout", "checkpoint", "quick", "--name", "T+1m")).code).toBe(0);
  await does(sombra, "rollout", "complete", "quick", "--lessons", "pairs help", "--break-glass", "--reason", "a test");
  expect(await view(sombra)).toMatchObject({ status: "completed" });
  const kept = await cli(sombra, "flags", "delete", "WHATSAPP_CANONICAL_EVENTS_ENABLED");
  expect(kept).toMatchObject({ code: 1, stderr: expect.stringContaining("kept by the rollout `quick`") });
}, 60_000);
