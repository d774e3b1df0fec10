import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Ends the set-up with one sentence that says what is missing and how to get it. */
export class SetupError extends Error {}

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const modules = join(root, "node_modules");

/** The machine's own PATH: npm puts node_modules/.bin first, and npm itself must not run on the Node it replaces. */
export const machinePath = (process.env.PATH ?? "").split(delimiter).filter((entry) => !entry.startsWith(modules));

const env = { ...process.env, PATH: machinePath.join(delimiter), DEBIAN_FRONTEND: "noninteractive" };

/** Says on a terminal every second, elsewhere every ten, for how long `label` has been going on. */
function showProgress(label) {
  const started = performance.now();
  const [start, end, everyMs] = process.stderr.isTTY ? ["\r", "", 1000] : ["", "\n", 10_000];
  const say = (how) => process.stderr.write(`${start}${label}${how}`);
  const seconds = () => `${Math.round((performance.now() - started) / 1000)} s`;
  say(` ...${end}`);
  const ticking = setInterval(() => say(` ... ${seconds()}${end}`), everyMs);
  return (how) => {
    clearInterval(ticking);
    say(`: ${how} ${seconds()}\n`);
  };
}

/**
 * Runs a command; its output is shown, whole, only when it fails. It has a process group of its own, so that an
 * interrupt reaches all of it, and only as `stopSignal`: npm minds no gentler one than SIGKILL before its work is done.
 */
export async function run(label, [command, ...args], { cwd = root, stopSignal = "SIGINT" } = {}) {
  const done = showProgress(label);
  const output = [];
  let stopped = false;
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (chunk) => output.push(chunk));
  child.stderr.on("data", (chunk) => output.push(chunk));
  const stop = () => {
    stopped = true;
    process.kill(-child.pid, stopSignal);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);
  const failure = await new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(code === 0 ? null : (signal ?? `exit code ${code}`)));
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.removeListener(signal, stop);
  if (failure === null && !stopped) return done("done in");
  done(stopped ? "stopped after" : "failed after");
  if (stopped) throw new SetupError("The next command sets up again");
  process.stderr.write(Buffer.concat(output));
  throw new SetupError(`"${[command, ...args].join(" ")}" failed: ${failure}`);
}
