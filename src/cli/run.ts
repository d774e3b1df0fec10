import type { Context } from "./commands/command.ts";
import { commands } from "./commands/index.ts";

export interface RunOptions {
  readonly arguments: readonly string[];
  /** Says who throws the kill switch when SIGUSR2 comes. */
  readonly onKill: (handler: (actor: string) => void) => void;
}

const exitWrongUse = 2;
const helpNames: ReadonlySet<string> = new Set(["help", "--help", "-h"]);

function help(): string {
  const summaries = [...commands].map(([name, { summary }]) => [name, summary] as const);
  const lines = [...summaries, ["help", "show this"] as const].map(
    ([name, summary]) => `  sombra ${name.padEnd(6)} ${summary}`,
  );
  return `${["Usage:", ...lines, "", "Settings: environment variables and config/sombra.yaml, see README.md"].join("\n")}\n`;
}

/** Runs one command and ends the process with its exit code. */
export async function run({ arguments: args, onKill }: RunOptions): Promise<void> {
  const [name = "help", ...rest] = args;
  if (helpNames.has(name)) {
    process.stdout.write(help());
    return;
  }
  const entry = commands.get(name);
  if (entry === undefined) {
    process.stderr.write(`sombra: there is no command "${name}": try sombra help\n`);
    process.exitCode = exitWrongUse;
    return;
  }
  const { env, stdout, stderr } = process;
  const context: Context = { env, arguments: rest, onKill, stdout, stderr };
  try {
    const command = await entry.load();
    process.exit(await command.run(context));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : "sombra: failed"}\n`);
    process.exit(1);
  }
}
