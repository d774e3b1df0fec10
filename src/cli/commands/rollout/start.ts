import { stat } from "node:fs/promises";
import { adminCommand, type Session } from "../frame.ts";
import { readInput } from "../input.ts";
import { breakGlassOption, reasonOption } from "../usage.ts";
import { askAction, glassOf } from "./act.ts";
import { actedShape, type Acted } from "./shapes.ts";
import { actedLines } from "./show.ts";

const writeMs = 30_000;

export const start = adminCommand(
  {
    name: "rollout start",
    takes: "PLAN|ROLLOUT",
    summary: "begin a rollout: of a plan in a file, or one that is written",
    about: [
      "Refused until every precheck is green; what is missing is said. sombra rollout check explains a plan and starts nothing.",
      "--draft writes the plan and does not begin. - reads the standard input.",
    ],
    options: {
      draft: { takes: null, help: "only write it" },
      ...breakGlassOption,
      "break-glass": { takes: null, help: "although prechecks are not green; needs --reason" },
      ...reasonOption,
    },
    examples: ["config/plans/whatsapp-canonical-events.yaml --draft", "whatsapp-canonical-events"],
  },
  async (session) => {
    const { given, print, look } = session;
    const [name = ""] = given.values;
    const written = (await isFile(name)) ? await write(name, session) : null;
    if (written !== null && given.has("draft")) {
      print(written, () => actedLines(written, look));
      return 0;
    }
    const rollout = written?.rollout ?? name;
    if (written !== null) session.warn(actedLines(written, look).join("\n"));
    const answer = await askAction(session, { rollout, action: "start", body: glassOf(given) });
    print(answer, () => actedLines(answer, look));
    return 0;
  },
);

/** A rollout's name has neither. */
async function isFile(name: string): Promise<boolean> {
  if (name === "-" || /[/\\]|\.(?:ya?ml|json)$/.test(name)) return true;
  return stat(name).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function write(name: string, session: Session): Promise<Acted> {
  const text = await readInput(name, session);
  return session.ask({ path: "/api/rollouts", method: "POST", text, timeoutMs: writeMs, shape: actedShape });
}
