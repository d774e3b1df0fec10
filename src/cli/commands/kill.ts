import { z } from "zod";
import { AskError } from "./ask.ts";
import { CommandError, exitFailed } from "./command.ts";
import { adminCommand } from "./frame.ts";
import { reasonOption } from "./usage.ts";

const answerShape = z.object({
  killed: z.boolean(),
  was: z.boolean(),
  /** The other instances know. */
  shared: z.boolean(),
  why: z.string().optional(),
});

const withoutPort = "SIGUSR2 to the process throws the switch without the admin port.";

export const kill = adminCommand(
  {
    name: "kill",
    takes: "",
    summary: "everything to legacy, at once: every flag is off, none is written",
    about: [
      "All instances follow. --undo brings back exactly what was.",
      "It works with the store dead: the others are told when the store returns.",
    ],
    options: { undo: { takes: null, help: "back to what the flags say" }, ...reasonOption },
    examples: ['--reason "the candidate sends twice"', "--undo", "--json"],
  },
  async ({ given, ask, print, warn }) => {
    const undo = given.has("undo");
    const asked = { path: "/api/kill", method: undo ? "DELETE" : "POST", shape: answerShape } as const;
    const answer = await ask(asked).catch((error: unknown) => {
      if (!(error instanceof AskError) || undo) throw error;
      throw new CommandError(`${error.message}\n${withoutPort}`, { cause: error });
    });
    const { killed, was, shared, why } = answer;
    const because = why === undefined ? "" : `: ${why}`;
    const word = (on: boolean): string => (on ? "on" : "off");
    print(answer, () => [`kill switch ${word(killed)} (${was === killed ? "unchanged" : `was ${word(was)}`})`]);
    if (killed === undo) {
      warn(`sombra kill: not done${because}`);
      return exitFailed;
    }
    if (!shared)
      warn(
        `In force on the instance that was asked${undo ? "" : "; told to the others when the store returns"}${because}`,
      );
    return 0;
  },
);
