import { afterEach, expect, test } from "vitest";
import { Opened } from "../support/opened.ts";
import { cli, does, messages, rolloutWorld, shoppers, view } from "../support/rollout-world.ts";
const opened = new Opened();
afterEach(opened.close);
test("dbg", async () => {
  const world = await rolloutWorld(opened);
  const sombra = await world.start();
  console.log(await cli(sombra, "rollout", "start", world.planFile));
  for (let i = 0; i < 3; i += 1) {
    await messages(sombra, shoppers(120));
    await new Promise((r) => setTimeout(r, 3000));
    console.log((await cli(sombra, "rollout", "status", "quick")).stdout);
  }
  console.log(await cli(sombra, "rollout", "checkpoint", "quick", "--name", "T+1m"));
  console.log(JSON.stringify(await sombra.get("/api/rollouts/quick/groups")));
  console.log(JSON.stringify(await sombra.get("/api/ledger")));
  console.log(sombra.lines.filter((l) => !["feature_flag_check","delivery","dual_run_comparison","mode","started"].includes(l.event)).map((l)=>JSON.stringify(l).slice(0,400)).join("\n"));
}, 60000);
