/**
 * `npm run chaos [deliveries [seed]]`: the test of test/system/no-leak.test.ts at length, 10,000 deliveries unless told
 * otherwise. Without a seed every run is another; the seed of a run that fails is in its output.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { root, vitest } from "./gates.ts";

const [deliveries = "10000", seed = randomUUID().slice(0, 8)] = process.argv.slice(2);
if (!/^[1-9]\d{2,6}$/.test(deliveries)) {
  process.stderr.write(`Cannot run: "${deliveries}" is no number of deliveries from 100 to 9999999\n`);
  process.exit(2);
}
process.stdout.write(`${deliveries} deliveries, seed ${seed}\n`);

const run = spawn(process.execPath, [vitest, "run", "test/system/no-leak.test.ts"], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, SOMBRA_CHAOS_DELIVERIES: deliveries, SOMBRA_CHAOS_SEED: seed },
});
process.once("SIGTERM", () => run.kill("SIGTERM"));
run.once("close", (code) => {
  process.exitCode = code ?? 1;
});
