import { expect, onTestFinished, test } from "vitest";
import { startForTest, type SampleAdmin } from "../sample.ts";

type Block = Readonly<Record<string, string>>;

/** A reader of the stream; `next`: the block that follows, fields by name. */
async function listen({ port }: SampleAdmin, headers: Readonly<Record<string, string>> = {}) {
  const end = new AbortController();
  onTestFinished(() => end.abort());
  const response = await fetch(`http://127.0.0.1:${port}/api/events`, { headers, signal: end.signal });
  const blocks = blocksOf(response.body);
  return { response, end: () => end.abort(), next: async () => (await blocks.next()).value ?? {} };
}

async function* blocksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Block, undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) yield Object.fromEntries(part.split("\n").map((line) => line.split(/: (.*)/s)));
  }
  return undefined;
}

const changed = (version: number, killed = false): Block => ({
  event: "changed",
  data: JSON.stringify({ version, killed }),
});

async function write({ json }: SampleAdmin, percent: number): Promise<void> {
  const { status } = await json("/api/flags/CANONICAL?reason=why", { method: "PATCH", body: { percent } });
  expect(status).toBe(200);
}

test("each change is told with its entry of the audit, once, to everybody who listens", async () => {
  const admin = await startForTest();
  await write(admin, 1);
  const readers = [await listen(admin), await listen(admin)];
  expect(readers[0]?.response.headers.get("content-type")).toBe("text/event-stream");
  for (const { next } of readers) expect(await next()).toEqual({ retry: "2000", ...changed(1) });
  for (const percent of [2, 3]) {
    await write(admin, percent);
    for (const { next } of readers) {
      const { id, event, data = "" } = await next();
      expect([id, event]).toEqual([String(percent), "audit"]);
      expect(JSON.parse(data)).toMatchObject({ seq: percent, action: "flag-set", subject: "CANONICAL", reason: "why" });
      expect(await next()).toEqual(changed(percent));
    }
  }
});

test("a reader that comes back gets what it has missed, and then what comes", async () => {
  const admin = await startForTest();
  for (const percent of [1, 2, 3]) await write(admin, percent);
  const { next } = await listen(admin, { "last-event-id": "1" });
  expect([(await next())["id"], (await next())["id"]]).toEqual(["2", "3"]);
  expect(await next()).toEqual(changed(3));
  await write(admin, 4);
  expect(await next()).toMatchObject({ id: "4" });
});

test("one that begins once nobody listened is not told of what was before", async () => {
  const admin = await startForTest();
  const first = await listen(admin);
  await first.next();
  first.end();
  for (const percent of [1, 2]) await write(admin, percent);
  const { next } = await listen(admin);
  expect(await next()).toMatchObject(changed(2));
  await write(admin, 3);
  expect(await next()).toMatchObject({ id: "3" });
});

test("without the store it still tells of the kill switch", async () => {
  let killed = false;
  const listeners: ((version: number) => void)[] = [];
  const admin = await startForTest({
    audit: () => Promise.reject(new Error("away")),
    killed: () => killed,
    onFlags: (listener) => void listeners.push(listener),
  });
  const { next } = await listen(admin);
  expect(await next()).toMatchObject(changed(0));
  killed = true;
  for (const listener of listeners) listener(0);
  expect(await next()).toEqual(changed(0, true));
});

test("a reader without a role is refused where tokens are asked", async () => {
  const admin = await startForTest({ access: { tokens: [{ name: "a", roles: ["read"], sha256: "0" }], hosts: [] } });
  expect((await listen(admin)).response.status).toBe(401);
});
