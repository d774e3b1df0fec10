import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

it.each(["legacy", "candidate"])("the %s process ends when its parent is gone", async (name) => {
  const flags = [
    "--graph-url=http://127.0.0.1:9",
    "--app-secret=s",
    "--verify-token=v",
    "--phone-number-id=1",
    "--port=0",
  ];
  const child = spawn(process.execPath, [main, name, ...flags], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  child.stdin.destroy();
  expect(await ended).toEqual([0, null]);
});
