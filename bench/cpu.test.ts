import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { cpuMsBetween, othersShare, processTree, readCpu, readMachine } from "./cpu.ts";

// The parent only passes on; its child works at each message and says how much CPU time it took, as it sees it.
const grandchild = `
process.send({ pid: process.pid });
process.on("message", () => {
  const before = process.cpuUsage();
  for (let sum = 0, i = 0; i < 1e8; i += 1) sum += i % 7;
  const { user, system } = process.cpuUsage(before);
  process.send({ ms: (user + system) / 1000 });
});`;
const parent = `
const child = require("node:child_process").spawn(process.execPath, ["-e", process.env.GRANDCHILD],
  { stdio: ["ignore", "ignore", "ignore", "ipc"] });
child.on("message", (message) => process.send(message));
process.on("message", (message) => child.send(message));
process.on("disconnect", () => child.kill());
child.on("exit", () => process.exit());`;

test.skipIf(!existsSync("/proc/self/task"))("CPU time covers a process and its descendants", async () => {
  const child = spawn(process.execPath, ["-e", parent], {
    env: { ...process.env, GRANDCHILD: grandchild },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  onTestFinished(async () => {
    child.disconnect();
    await exited;
  });
  const message = (): Promise<unknown> => new Promise((resolve) => void child.once("message", resolve));
  const { pid } = z.object({ pid: z.int() }).parse(await message());
  expect(processTree(child.pid ?? 0)).toEqual([child.pid, pid]);

  const before = readCpu(child.pid ?? 0);
  const worked = message();
  child.send({});
  const { ms } = z.object({ ms: z.number().positive() }).parse(await worked);
  expect(cpuMsBetween(before, readCpu(child.pid ?? 0))).toBeGreaterThanOrEqual(ms);
});

test("a thread that came in between counts from its start, one that went counts no more", () => {
  const before = new Map([
    ["1/1", 5e6],
    ["1/2", 9e6],
  ]);
  const after = new Map([
    ["1/1", 6e6],
    ["1/3", 2e6],
  ]);
  expect(cpuMsBetween(before, after)).toBe(3);
});

test("what the bench itself used is not the others'", () => {
  const before = { busy: 1_000, total: 10_000 };
  // 400 ticks are 4 s on one core; 300 of them were busy, 100 of those with 1,000 ms of our own.
  const after = { busy: 1_300, total: 10_400 };
  expect(othersShare(before, after, 1_000)).toBe(0.5);
  expect(othersShare(before, after, 4_000)).toBe(0);
  expect(othersShare(before, before, 0)).toBe(0);
});

test.skipIf(!existsSync("/proc/stat"))("a machine is never busier than its time", () => {
  const { busy, total } = readMachine();
  expect(busy).toBeGreaterThan(0);
  expect(busy).toBeLessThanOrEqual(total);
});

test("a process that is gone is an error, not zero", () => {
  expect(() => readCpu(2 ** 22 + 1)).toThrow("it is gone");
});
