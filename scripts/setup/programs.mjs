import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { machinePath, run, SetupError } from "./machine.mjs";

function isInstalled(program) {
  return [...machinePath, "/usr/local/sbin", "/usr/sbin", "/sbin"].some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A program is named like its Debian package. */
export function missingPrograms(programs) {
  return programs.filter((program) => !isInstalled(program));
}

/** How a person gets them; null: it can be done here. */
function byHand(names) {
  if (!isInstalled("apt-get")) return "install it for your system";
  return process.getuid() === 0 ? null : `run "sudo apt-get install ${names}"`;
}

export async function bringPrograms(programs) {
  if (programs.length === 0) return;
  const names = programs.join(" ");
  const how = byHand(names);
  if (how !== null) throw new SetupError(`This command needs ${names}: ${how}, then run the command again`);
  await run("Reading the package lists of this system", ["apt-get", "update"]);
  await run(`Installing ${names}`, ["apt-get", "install", "--yes", "--no-install-recommends", ...programs]);
}

/** For a command that does without them what it can. */
export async function tryPrograms(programs) {
  if (programs.length === 0) return;
  const names = programs.join(" ");
  const why = byHand(names) ?? (await bringPrograms(programs).then(() => null, reasonOf));
  if (why !== null) process.stderr.write(`Without ${names} this does not do everything: ${why}\n`);
}

function reasonOf(error) {
  if (!(error instanceof SetupError)) throw error;
  return error.message;
}
