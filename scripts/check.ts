/** `npm run check`: every gate, without the tests. */
import { architectureGate, runGates, sourceGates } from "./gates.ts";

const failed = await runGates([...sourceGates, architectureGate]);
if (failed.length > 0) process.exitCode = 1;
