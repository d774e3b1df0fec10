import { spawn } from "node:child_process";
import { compileCache, program } from "./program.ts";

export interface Ended {
  /** null: it did not end by itself in time. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `sombra` with these arguments, as a user does, for so long at most. */
export async function runSombra(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  maxMs = 5_000,
): Promise<Ended> {
  const main = await program();
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env["PATH"], ...compileCache(main), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const late = setTimeout(() => child.kill("SIGKILL"), maxMs);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.once("close", (code) => {
      clearTimeout(late);
      resolve({ code, stdout, stderr });
    });
  });
}
