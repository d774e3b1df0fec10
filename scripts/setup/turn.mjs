import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { root } from "./machine.mjs";

const lock = join(root, ".setup.lock");

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** The process that holds the lock; null: it is free, or its holder has gone without freeing it. */
function holder() {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    return isRunning(pid) ? pid : null;
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

function tryLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    process.once("exit", () => rmSync(lock, { force: true }));
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Two commands started at once on a fresh clone take turns, because npm spoils what another npm is installing. */
export async function takeTurn() {
  let told = false;
  while (!tryLock()) {
    const pid = holder();
    if (pid === null) {
      rmSync(lock, { force: true });
      continue;
    }
    if (!told) process.stderr.write(`Waiting for the set-up that process ${pid} is doing\n`);
    told = true;
    await delay(200);
  }
}
