/** `npm test`: every gate and every test; arguments go to vitest. The architecture gate is one of the tests. */
import { spawn } from "node:child_process";
import { root, runGates, sourceGates, vitest } from "./gates.ts";

const failed = await runGates(sourceGates);

const tests = spawn(process.execPath, [vitest, "run", ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
process.once("SIGTERM", () => tests.kill("SIGTERM"));
tests.once("close", (code) => {
  if (failed.length > 0) process.stderr.write(`Failed before the tests: ${failed.join(", ")}\n`);
  process.exitCode = code === 0 && failed.length === 0 ? 0 : 1;
});
