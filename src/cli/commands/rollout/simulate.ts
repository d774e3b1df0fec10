import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Plan } from "../../../rollout/index.ts";
import {
  PlanRefused,
  simulateMany,
  usualText,
  writtenScenario,
  type Scenario,
  type Simulation,
} from "../../../simulate/index.ts";
import { showProblem } from "../../config/index.ts";
import { plansFolder, readPlan } from "../../config/plans.ts";
import { CommandError, WrongUse, type Context } from "../command.ts";
import { command } from "../frame.ts";
import { readInput } from "../input.ts";
import { lookOf } from "../table.ts";
import { jsonOption, type Given } from "../usage.ts";
import { createProgress } from "./progress.ts";
import { simulationLines } from "./simulated.ts";

const usualRuns = 1_000;
const mostRuns = 100_000;

export const simulate = command(
  {
    name: "rollout simulate",
    takes: "PLAN",
    summary: "what a plan would do with a candidate that behaves as told, on simulated time",
    about: [
      "PLAN is a file, or the name of a plan in the folder plans beside the file of SOMBRA_CONFIG; - is the standard input.",
      "Runs it many times through the real controller and its gates, from a Monday at 09:00 (UTC) on. Asks nobody and writes nothing.",
      "TRAFFIC: ITEMS_AN_HOUR, then any of shoppers=5000, shape=flat or day, named=10 (items an hour of each shopper whom the",
      "plan names), audience=10% (of the shoppers, in stored lists).",
      "CANDIDATE: healthy, or WHAT=HOW MUCH@WHEN with commas between. WHAT: errors, shared-errors (of both sides), legacy-errors (shares",
      "of items), divergence (a share; critical:0.1%, major: or minor: before it), latency (+200ms), metric:NAME (a figure from outside).",
      "WHEN: 2d since the start, tue (its first midnight), or a phase by its name; without it from the start.",
    ],
    options: {
      traffic: { takes: "TRAFFIC", help: "how many items an hour come, and from whom; needed" },
      candidate: { takes: "CANDIDATE", help: "what is wrong with it, and from when on (healthy)" },
      runs: { takes: "N", help: `how often it is run (${usualRuns})` },
      seed: { takes: "N", help: "of the first run: the same gives the same again (1)" },
      "approve-after": { takes: "DURATION", help: `how long people take to approve (${usualText.approveAfter})` },
      environment: { takes: "NAME", help: "whose phases (SOMBRA_ENVIRONMENT, else production)" },
      ...jsonOption,
    },
    examples: [
      "whatsapp-canonical-events --traffic 2000",
      "whatsapp-canonical-events --traffic 2000,shape=day --candidate errors=0.5%@tue",
      "plan.yaml --traffic 10000 --candidate latency=+200ms@canary,divergence=critical:0.1%@2d --runs 200 --json",
    ],
  },
  async (given, context) => {
    const { env, stdout, stderr } = context;
    const plan = await planOf(given.values[0] ?? "", context);
    const scenario = scenarioOf(plan, given, env["SOMBRA_ENVIRONMENT"]);
    const runs = wholeOf(given, "runs", usualRuns, mostRuns);
    const seed = wholeOf(given, "seed", 1, 2 ** 31);
    const progress = createProgress(stderr, runs);
    const simulation = await run(scenario, { runs, seed, progress: progress.done });
    progress.end();
    const said = {
      traffic: given.text("traffic") ?? "",
      candidate: given.text("candidate") ?? usualText.candidate,
    };
    const lines = given.has("json")
      ? [JSON.stringify({ ...simulation, ...said }, null, 2)]
      : simulationLines(simulation, said, lookOf(stdout, env["NO_COLOR"]));
    stdout.write(`${lines.join("\n")}\n`);
    return 0;
  },
);

async function run(
  scenario: Scenario,
  options: { readonly runs: number; readonly seed: number; readonly progress: (done: number) => void },
): Promise<Simulation> {
  try {
    return await simulateMany(scenario, { ...options, threads: availableParallelism(), maxMs: Infinity });
  } catch (error) {
    if (error instanceof PlanRefused) throw new CommandError(`the plan cannot begin: ${error.message}`);
    throw error;
  }
}

/** A file, or a plan of the folder by its name. */
async function planOf(named: string, { env, stdin }: Context): Promise<Plan> {
  const inFolder = join(plansFolder(process.cwd(), env["SOMBRA_CONFIG"]), `${named}.yaml`);
  const file = named !== "-" && !existsSync(named) && existsSync(inFolder) ? inFolder : named;
  const read = readPlan(file, Buffer.from(await readInput(file, { stdin })));
  if (read.ok) return read.plan;
  throw new CommandError(["the plan is wrong", ...read.problems.map(showProblem)].join("\n  "));
}

function scenarioOf(plan: Plan, given: Given, environment: string | undefined): Scenario {
  const traffic = given.text("traffic");
  if (traffic === undefined) throw new WrongUse("--traffic is missing: how many items an hour come, such as 2000");
  const where = given.text("environment") ?? environment ?? "";
  const scenario = writtenScenario(plan, {
    traffic,
    candidate: given.text("candidate") ?? usualText.candidate,
    approveAfter: given.text("approve-after") ?? usualText.approveAfter,
    environment: where === "" ? "production" : where,
  });
  if (scenario.ok) return scenario.value;
  throw new WrongUse(`--${scenario.where} is ${scenario.is}, must be ${scenario.must}`);
}

function wholeOf(given: Given, option: string, otherwise: number, max: number): number {
  const value = given.whole(option) ?? otherwise;
  if (value < 1 || value > max) throw new WrongUse(`--${option} is ${value}, must be a whole number from 1 to ${max}`);
  return value;
}
