// Makes a fresh clone ready: the npm packages, the Node that Sombra runs on, and the system programs named as arguments;
// those after `--try` where that is possible, since something is done without them.
// Runs on the machine's own Node (18 or newer) without any package, does nothing where nothing is missing, and leaves a
// fit Node at node_modules/.bin/node for the npm scripts to exec.
import { SetupError } from "./setup/machine.mjs";
import { bringPackages, packagesMatch } from "./setup/packages.mjs";
import { bringPrograms, missingPrograms, tryPrograms } from "./setup/programs.mjs";
import { bringRuntime, runtimeWorks } from "./setup/runtime.mjs";
import { takeTurn } from "./setup/turn.mjs";

const programs = process.argv.slice(2);
const [mark] = [...programs.keys()].filter((at) => programs[at] === "--try");
const needed = programs.slice(0, mark);
const tried = mark === undefined ? [] : programs.slice(mark + 1);

async function setUp() {
  if (packagesMatch() && runtimeWorks() && missingPrograms([...needed, ...tried]).length === 0) return;
  if (process.platform === "win32") throw new SetupError("The npm scripts need a POSIX shell: run them in WSL");
  await takeTurn();
  if (!packagesMatch()) await bringPackages();
  if (!runtimeWorks()) await bringRuntime();
  await bringPrograms(missingPrograms(needed));
  await tryPrograms(missingPrograms(tried));
}

try {
  await setUp();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
