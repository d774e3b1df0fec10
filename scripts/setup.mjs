// Makes a fresh clone ready: the npm packages, the Node that Sombra runs on, and the system programs named as arguments.
// Runs on the machine's own Node (18 or newer) without any package, does nothing where nothing is missing, and leaves a
// fit Node at node_modules/.bin/node for the npm scripts to exec.
import { SetupError } from "./setup/machine.mjs";
import { bringPackages, packagesMatch } from "./setup/packages.mjs";
import { bringPrograms, missingPrograms } from "./setup/programs.mjs";
import { bringRuntime, runtimeWorks } from "./setup/runtime.mjs";
import { takeTurn } from "./setup/turn.mjs";

const programs = process.argv.slice(2);

async function setUp() {
  if (packagesMatch() && runtimeWorks() && missingPrograms(programs).length === 0) return;
  if (process.platform === "win32") throw new SetupError("The npm scripts need a POSIX shell: run them in WSL");
  await takeTurn();
  if (!packagesMatch()) await bringPackages();
  if (!runtimeWorks()) await bringRuntime();
  const missing = missingPrograms(programs);
  if (missing.length > 0) await bringPrograms(missing);
}

try {
  await setUp();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
