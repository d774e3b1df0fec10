import { WrongUse } from "../command.ts";
import { adminCommand, type Session, type UsedCommand } from "../frame.ts";
import { askFor } from "../input.ts";
import { breakGlassOption, neededReason, reasonOption, type Given, type Usage } from "../usage.ts";
import { actedShape, type Acted } from "./shapes.ts";
import { actedLines } from "./show.ts";

/** Looking at prechecks and metrics from outside takes its time. */
const actMs = 30_000;

export function askAction(
  { ask }: Pick<Session, "ask">,
  { rollout, action, body }: { readonly rollout: string; readonly action: string; readonly body: object },
): Promise<Acted> {
  return ask({
    path: `/api/rollouts/${encodeURIComponent(rollout)}/actions/${action}`,
    method: "POST",
    body,
    timeoutMs: actMs,
    shape: actedShape,
  });
}

interface ActionUsage extends Omit<Usage, "name" | "takes"> {
  readonly name: string;
  /** After the rollout's name. */
  readonly takes?: string;
}

type BodyOf = (given: Given, session: Session) => object | Promise<object>;

function action({ name, takes = "", ...usage }: ActionUsage, bodyOf: BodyOf): UsedCommand {
  return adminCommand({ ...usage, name: `rollout ${name}`, takes: `ROLLOUT ${takes}`.trim() }, async (session) => {
    const { given, print, look } = session;
    const [rollout = ""] = given.values;
    const answer = await askAction(session, { rollout, action: name, body: await bodyOf(given, session) });
    print(answer, () => actedLines(answer, look));
    return 0;
  });
}

/** What was given of these, by the names that the admin port has for them. */
function said(given: Given, ...names: readonly string[]): object {
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = given.text(name);
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
}

export function glassOf(given: Given): object {
  return { ...said(given, "reason"), ...(given.has("break-glass") ? { break_glass: true } : {}) };
}

const glass = {
  "break-glass": { ...breakGlassOption["break-glass"], help: "although something speaks against it; needs --reason" },
};

export const pause = action(
  {
    name: "pause",
    summary: "stand still: time does not count, and evidence still rolls it back",
    options: neededReason,
    examples: ['events --reason "campaign today"'],
  },
  (given) => said(given, "reason"),
);

export const resume = action(
  { name: "resume", summary: "go on after a pause", options: reasonOption, examples: ["events"] },
  (given) => said(given, "reason"),
);

export const advance = action(
  {
    name: "advance",
    summary: "enter the next phase, where nothing speaks against it",
    about: [
      "--to leaps to a phase: with --break-glass, as its gates have not been asked.",
      "What was rolled back to a phase runs again there with --to.",
    ],
    options: { to: { takes: "PHASE", help: "by its name; needs --reason" }, ...glass, ...reasonOption },
    examples: ["events", 'events --to full --break-glass --reason "legacy is gone"'],
  },
  (given) => {
    if (given.has("to") && (given.text("reason") ?? "").trim() === "") throw new WrongUse("--to needs --reason TEXT");
    return { ...said(given, "to"), ...glassOf(given) };
  },
);

export const approve = action(
  {
    name: "approve",
    summary: "say yes to the next phase, where an approval is all that is missing",
    options: reasonOption,
    examples: ["events"],
  },
  (given) => said(given, "reason"),
);

export const reject = action(
  {
    name: "reject",
    summary: "say no to the next phase",
    options: neededReason,
    examples: ['events --reason "not yet"'],
  },
  (given) => said(given, "reason"),
);

export const acknowledge = action(
  {
    name: "acknowledge",
    takes: "GATE",
    summary: "say that what a gate warns of is expected: it holds nothing",
    options: {
      ...neededReason,
      until: { takes: "WHEN", help: "how long, such as 24h, or a day or a time in ISO 8601, UTC", required: true },
    },
    examples: [
      'events drift --reason "raised by hand" --until 24h',
      'events drift --reason "meant" --until 2027-01-31',
    ],
  },
  (given) => ({ gate: given.values[1] ?? "", ...said(given, "reason", "until") }),
);

export const rollback = action(
  {
    name: "rollback",
    summary: "go back now: to where the plan says, or --to",
    about: ["It never goes on by itself; sombra rollout start begins anew."],
    options: { ...neededReason, to: { takes: "PHASE|shadow|previous|off", help: "where to" } },
    examples: ['events --reason "orders are lost"', 'events --to off --reason "candidate is down"'],
  },
  (given) => said(given, "reason", "to"),
);

export const abort = action(
  {
    name: "abort",
    summary: "give it up: flags stay as they are, and are nobody's",
    options: neededReason,
    examples: ['events --reason "another plan"'],
  },
  (given) => said(given, "reason"),
);

export const complete = action(
  {
    name: "complete",
    summary: "end it after its last phase; its flags stay as the plan says",
    about: ["Not without lessons learned: the final report tells them."],
    options: {
      lessons: { takes: "TEXT", help: "what was learned; asked for where a person types" },
      ...glass,
      ...reasonOption,
    },
    examples: ['events --lessons "pairs found what dashboards did not"'],
  },
  async (given, session) => {
    const lessons = given.text("lessons") ?? (await askFor("What was learned?", session)) ?? "";
    if (lessons.trim() === "") throw new WrongUse("--lessons must be given");
    return { lessons, ...glassOf(given) };
  },
);

export const note = action(
  { name: "note", takes: "TEXT", summary: "write something down with it", examples: ['events "T+2h: all quiet"'] },
  (given) => ({ text: given.values[1] ?? "" }),
);

export const tick = action(
  {
    name: "tick",
    takes: "PRECHECK",
    summary: "say that what is checked by hand is done, and by what it is known",
    options: { evidence: { takes: "TEXT", help: "where it can be seen", required: true } },
    examples: ['events load-test --evidence "run 412: 3 times the peak"'],
  },
  (given) => ({ precheck: given.values[1] ?? "", ...said(given, "evidence") }),
);
