import { expect, test } from "vitest";
import type { Checkpoint } from "../checkpoint.ts";
import { begin, DAY, guide, orderIn, phaseIn, worldOf } from "./sample.ts";
import type { World } from "./world.ts";

const events = guide("whatsapp-canonical-events");

const last = async (world: World): Promise<Checkpoint | undefined> =>
  (await world.journal.checkpoints(events.name, 1))[0];

test("whatsapp explore", { timeout: 120_000 }, async () => {
  const world = worldOf(events);
  await begin(world, events);
  let before = "";
  const t0 = performance.now();
  for (let hour = 0; hour < 24 * 20; hour += 1) {
    await world.run(DAY / 24);
    const at = phaseIn(world, events);
    const check = await last(world);
    if (at !== before || hour % 24 === 0)
      console.log(hour, at, check?.conclusion, check?.why.slice(0, 200), Math.round(performance.now() - t0));
    before = at;
    if (check?.conclusion === "ask-approval" && at !== "cutover")
      console.log(await orderIn(world, events, { action: "approve" }));
    if (check?.conclusion === "ask-approval" && at === "cutover") {
      console.log(await orderIn(world, events, { action: "complete", lessons: "Measure first.", breakGlass: null }));
      break;
    }
  }
  for (const entry of world.registry.audit)
    console.log(new Date(entry.atMs).toISOString(), entry.actor, entry.reason.slice(0, 400));
  expect(phaseIn(world, events)).toBe("completed");
});
