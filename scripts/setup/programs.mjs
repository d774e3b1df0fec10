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

export async function bringPrograms(programs) {
  const names = programs.join(" ");
  if (!isInstalled("apt-get")) {
    throw new SetupError(`This command needs ${names}: install it for your system, then run the command again`);
  }
  if (process.getuid() !== 0) {
    throw new SetupError(`This command needs ${names}: run "sudo apt-get install ${names}", then the command again`);
  }
  await run("Reading the package lists of this system", ["apt-get", "update"]);
  await run(`Installing ${names}`, ["apt-get", "install", "--yes", "--no-install-recommends", ...programs]);
}
