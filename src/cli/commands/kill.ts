import { parseArgs } from "node:util";
import { z } from "zod";
import { ask, AskError } from "./ask.ts";
import type { Command } from "./command.ts";

const defaultAdminUrl = "http://127.0.0.1:8081";
const exitWrongUse = 2;

const answerShape = z.object({ killed: z.boolean(), was: z.boolean(), why: z.string().optional() });

/** An empty variable counts as not set. */
function adminUrl(given: string | undefined): string {
  const url = given?.trim() ?? "";
  return url === "" ? defaultAdminUrl : url;
}

interface Options {
  readonly undo: boolean;
  readonly json: boolean;
}

function optionsOf(args: readonly string[]): Options | null {
  const flag = { type: "boolean", default: false } as const;
  try {
    return parseArgs({ args: [...args], options: { undo: flag, json: flag } }).values;
  } catch {
    return null;
  }
}

export const kill: Command = {
  async run({ env, arguments: args, stdout, stderr }) {
    const options = optionsOf(args);
    if (options === null) {
      stderr.write("sombra kill: takes --undo and --json only\n");
      return exitWrongUse;
    }
    try {
      const { killed, was, why } = await ask({
        base: adminUrl(env["SOMBRA_ADMIN_URL"]),
        path: "/api/kill",
        method: options.undo ? "DELETE" : "POST",
        token: env["SOMBRA_ADMIN_TOKEN"],
        shape: answerShape,
      });
      const word = (on: boolean): string => (on ? "on" : "off");
      const changed = was === killed ? "unchanged" : `was ${word(was)}`;
      stdout.write(
        options.json ? `${JSON.stringify({ killed, was })}\n` : `kill switch ${word(killed)} (${changed})\n`,
      );
      if (killed === options.undo) {
        stderr.write(`sombra kill: not done${why === undefined ? "" : `: ${why}`}\n`);
        return 1;
      }
      return 0;
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      stderr.write(`sombra kill: ${error.message}\nSIGUSR2 to the process throws the switch without the admin port.\n`);
      return 1;
    }
  },
};
