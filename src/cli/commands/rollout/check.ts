import { z } from "zod";
import { explainPlan, span, type ExplainedPhase, type Plan, type PlanExplanation } from "../../../rollout/index.ts";
import { readPlan, showProblem } from "../../config/index.ts";
import { CommandError, exitFailed, WrongUse } from "../command.ts";
import { adminCommand, type Session } from "../frame.ts";
import { readInput } from "../input.ts";
import type { Given } from "../usage.ts";

const askedMs = 2_000;

const toldShape = z.looseObject({ events_last_hour: z.number() });

export const check = adminCommand(
  {
    name: "rollout check",
    takes: "FILE",
    summary: "what a plan does, in plain sentences, what its gates need, and how long that takes",
    about: [
      "Warns where a standing rule is left; what is wrong is told by line and column. Writes nothing.",
      "Without --rate a Sombra that runs is asked for the last hour of the flag.",
    ],
    options: { rate: { takes: "PER_HOUR", help: "items an hour on the routes of the flag" } },
    examples: ["config/plans/whatsapp-canonical-events.yaml --rate 2000", "plan.yaml --json", "- < plan.yaml"],
  },
  async (session) => {
    const { given, print } = session;
    const [file = ""] = given.values;
    const itemsPerHour = given.text("rate") === undefined ? null : rateOf(given);
    const read = readPlan(file, Buffer.from(await readInput(file, session)));
    if (!read.ok) {
      const lines = read.problems.map(showProblem);
      if (!given.has("json")) throw new CommandError(["the plan is wrong", ...lines].join("\n  "));
      print({ ok: false, problems: read.problems.map(({ place, text }) => ({ ...place, text })) }, () => []);
      return exitFailed;
    }
    const rate = itemsPerHour ?? (await presentRate(session, read.plan));
    const explained = explainPlan(read.plan, { itemsPerHour: rate, unsaid: read.unsaid });
    print({ ok: true, plan: read.plan.name, items_per_hour: rate, ...explained }, () =>
      linesOf(explained, read.plan, rate),
    );
    return 0;
  },
);

function rateOf(given: Given): number {
  const rate = given.whole("rate") ?? 0;
  if (rate === 0) throw new WrongUse("--rate must be a whole number of items an hour, from 1");
  return rate;
}

/** null: nobody is there to be asked, or it cannot be counted. */
async function presentRate({ ask }: Session, { flag }: Plan): Promise<number | null> {
  try {
    const { events_last_hour: count } = await ask({ path: `/rollout/${flag}`, timeoutMs: askedMs, shape: toldShape });
    return count > 0 ? count : null;
  } catch (error) {
    if (error instanceof CommandError) return null;
    throw error;
  }
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
