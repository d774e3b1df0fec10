import { join } from "node:path";
import type { Child, Fleet } from "./child.ts";
import { listeningSchema } from "./protocol.ts";

/** A program of the bench's own, in a process of its own. */
export function startOwn(fleet: Fleet, name: string, ...args: readonly string[]): Child {
  return fleet.start({
    name: [name, ...args].join(" "),
    command: process.execPath,
    args: [join(import.meta.dirname, `${name}.ts`), ...args],
    cwd: import.meta.dirname,
    ipc: true,
  });
}

/** One that says which port it has. */
export async function startListening(
  fleet: Fleet,
  ...program: readonly [string, ...string[]]
): Promise<{ child: Child; port: number }> {
  const child = startOwn(fleet, ...program);
  return { child, port: listeningSchema.parse(await child.message()).port };
}
