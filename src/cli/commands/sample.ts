/** Commands as a person runs them at a real admin port, with what they write caught. */
import { Readable } from "node:stream";
import { startAdmin, type SampleAdmin } from "../../admin/sample.ts";
import type { Command, Context } from "./command.ts";
import { commands } from "./index.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Asking {
  readonly url: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** A person types it. */
  readonly typed?: boolean;
  /** Width of the terminal; without one nobody reads along. */
  readonly columns?: number;
}

export interface SampleSombra extends SampleAdmin {
  readonly url: string;
  /** `sombra` with these arguments, which are to do what they say. */
  does(...args: readonly string[]): Promise<string>;
  run(args: readonly string[], asking?: Partial<Asking>): Promise<Ran>;
}

export async function startSample(...options: Parameters<typeof startAdmin>): Promise<SampleSombra> {
  const admin = await startAdmin(...options);
  const url = `http://127.0.0.1:${admin.port}`;
  const run = (args: readonly string[], asking: Partial<Asking> = {}): Promise<Ran> =>
    runCommand(args, { url, ...asking });
  return {
    ...admin,
    url,
    run,
    async does(...args) {
      const { code, stdout, stderr } = await run(args);
      if (code !== 0) throw new Error(`sombra ${args.join(" ")} ended with ${code}: ${stderr}`);
      return stdout;
    },
  };
}

/** `sombra` with these arguments, at the admin port of `url`. */
export async function runCommand(args: readonly string[], asking: Asking): Promise<Ran> {
  const [name = "", ...rest] = args;
  const entry = commands.get(name);
  if (entry === undefined) throw new Error(`There is no command ${name}`);
  return caught(await entry.load(), rest, asking);
}

async function caught(command: Command, args: readonly string[], asking: Asking): Promise<Ran> {
  const { url, env = {}, stdin = "", typed = false, columns } = asking;
  const written = { stdout: "", stderr: "" };
  const output = (name: keyof typeof written): Context["stdout"] => ({
    write: (text) => (written[name] += text),
    ...(columns === undefined ? {} : { isTTY: true, columns }),
  });
  const code = await command.run({
    env: { SOMBRA_ADMIN_URL: url, ...env },
    arguments: args,
    onKill() {},
    stdin: Object.assign(Readable.from([stdin]), { isTTY: typed }),
    stdout: output("stdout"),
    stderr: output("stderr"),
  });
  return { code, ...written };
}
