import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { modules, run, SetupError } from "./machine.mjs";

const neededMajor = 24;
const runtime = join(modules, ".bin", "node");

const isFit = (version) => Number.parseInt(version.replace(/^v/, ""), 10) >= neededMajor;

export function runtimeWorks() {
  if (!existsSync(runtime)) return false;
  if (realpathSync(runtime) === realpathSync(process.execPath)) return isFit(process.version);
  const { status, stdout } = spawnSync(runtime, ["--version"], { encoding: "utf8" });
  return status === 0 && isFit(stdout);
}

function linkRuntime(target) {
  mkdirSync(join(modules, ".bin"), { recursive: true });
  rmSync(runtime, { force: true });
  symlinkSync(target, runtime);
}

/**
 * For where npm was told to run no install scripts, by one of which the package `node` brings a Node: the machine's own
 * Node serves if it is new enough, else that one script is run.
 */
export async function bringRuntime() {
  const own = realpathSync(process.execPath);
  if (isFit(process.version) && !own.startsWith(modules)) return linkRuntime(own);
  const installer = [process.execPath, "installArchSpecificPackage.js"];
  await run("Bringing Node", installer, { cwd: join(modules, "node"), stopSignal: "SIGKILL" });
  linkRuntime(join("..", "node", "bin", "node"));
  if (runtimeWorks()) return;
  throw new SetupError(
    `Sombra needs Node ${neededMajor} or newer, this is ${process.version}, and the npm package "node" has none that runs ` +
      `on ${process.platform} ${process.arch} here: install it from https://nodejs.org, then run the command again`,
  );
}
