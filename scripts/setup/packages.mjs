import { readFileSync } from "node:fs";
import { join } from "node:path";
import { modules, root, run } from "./machine.mjs";

function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, "utf8")).packages;
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

/** Whether npm's record of what it installed agrees with the lock file; optional packages of other platforms may lack. */
export function packagesMatch() {
  const present = packagesIn(join(modules, ".package-lock.json"));
  if (present === null) return false;
  return Object.entries(packagesIn(join(root, "package-lock.json")) ?? {}).every(([path, wanted]) => {
    if (path === "") return true;
    const have = present[path];
    return have === undefined ? wanted.optional === true : have.integrity === wanted.integrity;
  });
}

/** npm's warnings are left out: they are about the Node about to be replaced and about settings of the machine. */
export function bringPackages() {
  return run("Installing the npm packages", ["npm", "ci", "--include=dev", "--loglevel=error"], {
    stopSignal: "SIGKILL",
  });
}
