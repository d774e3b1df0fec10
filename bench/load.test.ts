import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  backendReplySchema,
  listeningSchema,
  loadResultSchema,
  type BackendCommand,
  type LoadCommand,
  type LoadResult,
} from "./protocol.ts";

const run: LoadCommand = { kind: "run", ratePerSecond: 200, seconds: 0.2 };
const due = 40;
const connections = 4;

test("the load generator's requests are each answered once", async () => {
  const { backend, port } = await startBackend();
  const load = start("load");
  await ask(load, { kind: "open", path: "/webhook", payload: "delivery", port, connections });
  expect(await runLoad(load)).toMatchObject({ due, sent: due, answered: due, failed: 0, unanswered: 0 });
  expect(backendReplySchema.parse(await ask(backend, "tell")).received).toBe(due);
});

test("requests to a backend that hangs are sent once per connection, and all count as unanswered", async () => {
  const { backend, port } = await startBackend();
  const load = start("load");
  await ask(backend, "hang");
  await ask(load, { kind: "open", path: "/webhook", payload: "delivery", port, connections });
  const result = await runLoad(load);
  expect(result).toMatchObject({ due, sent: connections, answered: 0, failed: 0, unanswered: due });
  expect(result.p50).toBeLessThan(result.p99);
});

test("connections that the backend closes while it owes an answer are failures", async () => {
  const { backend, port } = await startBackend();
  const load = start("load");
  await ask(backend, "hang");
  await ask(load, { kind: "open", path: "/webhook", payload: "delivery", port, connections });
  const result = runLoad(load);
  while (backendReplySchema.parse(await ask(backend, "tell")).received < connections) {
    // Asks until the backend holds every connection.
  }
  await ask(backend, "answer");
  expect(await result).toMatchObject({ answered: due - connections, failed: connections, unanswered: 0 });
});

async function startBackend(): Promise<{ backend: ChildProcess; port: number }> {
  const backend = start("backend", "legacy");
  return { backend, port: listeningSchema.parse(await message(backend)).port };
}

function start(name: string, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`), ...args], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  onTestFinished(async () => {
    child.disconnect();
    await exited;
  });
  return child;
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => void child.once("message", resolve));
}

function ask(child: ChildProcess, command: LoadCommand | BackendCommand): Promise<unknown> {
  const reply = message(child);
  child.send(command);
  return reply;
}

async function runLoad(load: ChildProcess): Promise<LoadResult> {
  return loadResultSchema.parse(await ask(load, run));
}
