import { explainPlan, span, type ExplainedPhase, type Plan, type PlanExplanation } from "../../../rollout/index.ts";
import { readPlan, showProblem } from "../../config/index.ts";
import { CommandError, exitFailed, WrongUse } from "../command.ts";
import { command } from "../frame.ts";
import { readInput } from "../input.ts";
import { jsonOption, type Given } from "../usage.ts";

export const check = command(
  {
    name: "rollout check",
    takes: "FILE",
    summary: "what a plan does, in plain sentences, what its gates need, and how long that takes",
    about: [
      "Warns where a standing rule is left; what is wrong is told by line and column. Asks nobody and writes nothing.",
    ],
    options: { ...jsonOption, rate: { takes: "PER_HOUR", help: "items an hour on the routes of the flag" } },
    examples: ["config/plans/whatsapp-canonical-events.yaml --rate 2000", "plan.yaml --json", "- < plan.yaml"],
  },
  async (given, { stdin, stdout }) => {
    const [file = ""] = given.values;
    const rate = rateOf(given);
    const print = (value: unknown, lines: readonly string[]): void => {
      stdout.write(`${given.has("json") ? JSON.stringify(value, null, 2) : lines.join("\n")}\n`);
    };
    const read = readPlan(file, Buffer.from(await readInput(file, { stdin })));
    if (!read.ok) {
      const lines = read.problems.map(showProblem);
      if (!given.has("json")) throw new CommandError(["the plan is wrong", ...lines].join("\n  "));
      print({ ok: false, problems: read.problems.map(({ place, text }) => ({ ...place, text })) }, []);
      return exitFailed;
    }
    const explained = explainPlan(read.plan, { itemsPerHour: rate, unsaid: read.unsaid });
    const told = { ok: true, plan: read.plan.name, items_per_hour: rate, ...explained };
    print(told, linesOf(explained, read.plan, rate));
    return 0;
  },
);

function rateOf(given: Given): number | null {
  const rate = given.whole("rate");
  if (rate === 0) throw new WrongUse("--rate must be a whole number of items an hour, from 1");
  return rate ?? null;
}

function linesOf({ text, phases, warnings }: PlanExplanation, plan: Plan, rate: number | null): readonly string[] {
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
