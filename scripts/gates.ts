import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A check that the sources must pass: a program run by this Node in the root of a project; green is exit code 0. */
export interface Gate {
  readonly name: string;
  readonly args: readonly string[];
}

/** What a gate said; `code` is null when a signal ended it. */
export interface GateResult {
  readonly name: string;
  readonly code: number | null;
  /** Standard output and error, as they came. */
  readonly output: string;
  readonly seconds: number;
}

export const root = fileURLToPath(new URL("..", import.meta.url));

const tool = (path: string): string => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));

/** Where vitest and the compiler start. */
export const vitest = tool("vitest/vitest.mjs");
export const compiler = tool("typescript/bin/tsc");
const knip = tool("knip/bin/knip.js");

/** What each tool checks is in its own configuration file in the root. */
export const sourceGates: readonly Gate[] = [
  { name: "format", args: [tool("oxfmt/bin/oxfmt"), "--check"] },
  { name: "lint", args: [tool("oxlint/bin/oxlint")] },
  { name: "types", args: [compiler, "-p", "."] },
  // Modules that browsers load: JavaScript, with its types in comments.
  { name: "page types", args: [compiler, "-p", "src/admin/ui/assets"] },
  { name: "unused code", args: [knip, "--no-progress"] },
  // What only tests use does not belong into the package.
  { name: "shipped code", args: [knip, "--no-progress", "--production", "--include", "files,dependencies"] },
];

export const architectureGate: Gate = {
  name: "architecture",
  args: [vitest, "run", "test/architecture.test.ts"],
};

export function runGate(gate: Gate, cwd: string): Promise<GateResult> {
  const started = performance.now();
  const child = spawn(process.execPath, gate.args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const output: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const seconds = (performance.now() - started) / 1000;
      resolve({ name: gate.name, code, output: Buffer.concat(output).toString(), seconds });
    });
  });
}

/** Runs gates side by side, says of each how it ended, and returns the names of those that failed. */
export async function runGates(gates: readonly Gate[]): Promise<readonly string[]> {
  const results = await Promise.all(
    gates.map(async (gate) => {
      const result = await runGate(gate, root);
      const verdict = result.code === 0 ? "ok  " : "FAIL";
      process.stdout.write(`${verdict}  ${result.name.padEnd(12)}  ${result.seconds.toFixed(1)} s\n`);
      if (result.code !== 0) process.stdout.write(`${result.output.trimEnd()}\n\n`);
      return result;
    }),
  );
  return results.filter(({ code }) => code !== 0).map(({ name }) => name);
}
