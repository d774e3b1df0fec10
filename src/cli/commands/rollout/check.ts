import { readdirSync, readFileSync } from "node:fs";
import { explainPlan, span, type ExplainedPhase, type Plan, type PlanExplanation } from "../../../rollout/index.ts";
import { showProblem } from "../../config/index.ts";
import { plansFolder, readPlan, readPlans, type ReadPlan, type SoundPlan } from "../../config/plans.ts";
import { CommandError, exitFailed, WrongUse } from "../command.ts";
import { command } from "../frame.ts";
import { readInput } from "../input.ts";
import { jsonOption, type Given } from "../usage.ts";

export const check = command(
  {
    name: "rollout check",
    takes: "[FILE]",
    summary: "what a plan does, what its gates need, and how long that takes",
    about: [
      "Without FILE every plan is looked at that is in the folder plans beside the file of SOMBRA_CONFIG.",
      "Warns where a standing rule is left; what is wrong is told by line and column. Asks nobody and writes nothing.",
    ],
    options: { ...jsonOption, rate: { takes: "PER_HOUR", help: "items an hour on the routes of the flag" } },
    examples: ["", "config/plans/whatsapp-canonical-events.yaml --rate 2000", "plan.yaml --json", "- < plan.yaml"],
  },
  async (given, { env, stdin, stdout }) => {
    const [file] = given.values;
    const rate = rateOf(given);
    const plans =
      file === undefined
        ? plansOf(env["SOMBRA_CONFIG"])
        : [{ file, read: readPlan(file, Buffer.from(await readInput(file, { stdin }))) }];
    const wrong = plans.flatMap(({ read }) => (read.ok ? [] : read.problems));
    const told = plans.map(({ file: name, read }) => toldOf(name, read, rate));
    if (given.has("json")) {
      stdout.write(`${JSON.stringify(file === undefined ? { plans: told } : told[0], null, 2)}\n`);
      return wrong.length > 0 ? exitFailed : 0;
    }
    const sound = plans.flatMap(({ read }) =>
      read.ok ? linesOf(explained(read, rate), read.plan, rate).join("\n") : [],
    );
    if (sound.length > 0) stdout.write(`${sound.join("\n\n")}\n`);
    if (wrong.length === 0) return 0;
    const lines = wrong.map(showProblem);
    throw new CommandError([file === undefined ? "a plan is wrong" : "the plan is wrong", ...lines].join("\n  "));
  },
);

function plansOf(configFile: string | undefined): ReturnType<typeof readPlans> {
  const folder = plansFolder(process.cwd(), configFile);
  const plans = readPlans({ readFile: readFileSync, readFolder: (path) => readdirSync(path), folder });
  if (plans.length === 0) throw new CommandError(`there is no plan in ${folder}`);
  return plans;
}

function toldOf(file: string, read: ReadPlan, rate: number | null): object {
  if (!read.ok) return { ok: false, file, problems: read.problems.map(({ place, text }) => ({ ...place, text })) };
  return { ok: true, file, plan: read.plan.name, items_per_hour: rate, ...explained(read, rate) };
}

interface Explained extends Omit<PlanExplanation, "warnings"> {
  readonly warnings: readonly string[];
}

function explained({ plan, unsaid }: SoundPlan, rate: number | null): Explained {
  const { warnings, ...rest } = explainPlan(plan, { itemsPerHour: rate, unsaid });
  return { ...rest, warnings: warnings.map(({ text }) => text) };
}

function rateOf(given: Given): number | null {
  const rate = given.whole("rate");
  if (rate === 0) throw new WrongUse("--rate must be a whole number of items an hour, from 1");
  return rate ?? null;
}

function linesOf({ text, phases, warnings }: Explained, plan: Plan, rate: number | null): readonly string[] {
  const at = rate === null ? "how long it takes is told with --rate PER_HOUR" : `at ${rate} items an hour`;
  return [
    plan.name,
    ...text.map((line) => `  ${line}`),
    "",
    `Phases, ${at}:`,
    ...phases.flatMap((phase, index) => phaseLines(phase, index)),
    "",
    "A cell is one shopper in ten minutes: of items of the same shopper it takes more.",
    ...(warnings.length === 0 ? ["No standing rule is left."] : warnings.map((warning) => `warning: ${warning}`)),
  ];
}

function phaseLines({ name, text, gates, soonestMs }: ExplainedPhase, index: number): readonly string[] {
  return [
    `${index + 1}. ${name}${soonestMs === null ? "" : `, ${span(soonestMs)} at the soonest`}`,
    ...text.map((line) => `   ${line}`),
    ...gates.map(({ gate, text: asks, needs, takesMs }) => {
      const time = takesMs === null ? "" : `, ${span(takesMs)}`;
      return `   - ${gate}: ${asks}${needs === null ? "" : ` (${needs} cells without a bad one${time})`}`;
    }),
  ];
}
