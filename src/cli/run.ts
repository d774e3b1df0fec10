import { suggestion } from "./config/say.ts";
import { exitFailed, exitWrongUse, type Context } from "./commands/command.ts";
import { commands } from "./commands/index.ts";
import { inColumns } from "./commands/usage.ts";

export interface RunOptions {
  readonly arguments: readonly string[];
  /** Says who throws the kill switch when SIGUSR2 comes. */
  readonly onKill: (handler: (actor: string) => void) => void;
}

const helpNames: ReadonlySet<string> = new Set(["help", "--help", "-h"]);

function help(): string {
  const rows = [...commands].map(([name, { summary }]) => [`sombra ${name}`, summary] as const);
  const lines = [
    "Usage:",
    ...inColumns([...rows, ["sombra help COMMAND", "options and examples of a command, as COMMAND --help"]]),
    "",
    "Settings of serve: environment variables and config/sombra.yaml, which spells all of them out, see README.md.",
    "The others speak to a running Sombra: SOMBRA_ADMIN_URL (http://127.0.0.1:8081), SOMBRA_ADMIN_TOKEN.",
    "They print tables, or JSON with --json, and exit 0, 1 (failed) or 2 (wrong use).",
  ];
  return `${lines.join("\n")}\n`;
}

/** `sombra help flags set` is `sombra flags set --help`. */
function asked(args: readonly string[]): readonly string[] {
  const [name = "help", ...rest] = args;
  return helpNames.has(name) && rest.length > 0 ? [...rest, "--help"] : args;
}

/** Runs one command and ends the process with its exit code. */
export async function run({ arguments: args, onKill }: RunOptions): Promise<void> {
  const { env, stdin, stdout, stderr } = process;
  const [name = "help", ...rest] = asked(args);
  if (helpNames.has(name)) {
    stdout.write(help());
    return;
  }
  const entry = commands.get(name);
  if (entry === undefined) {
    const near = suggestion(name, [...commands.keys()]);
    stderr.write(`sombra: there is no command "${name}"${near}: try sombra help\n`);
    process.exitCode = exitWrongUse;
    return;
  }
  const context: Context = { env, arguments: rest, onKill, stdin, stdout, stderr };
  try {
    const command = await entry.load();
    const code = await command.run(context);
    // A pipe that is full takes what is left before the process ends.
    stdout.write("", () => process.exit(code));
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : "sombra: failed"}\n`);
    process.exit(exitFailed);
  }
}
