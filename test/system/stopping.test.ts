import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { startCollector } from "../support/collector.ts";
import { startFaulty } from "../support/fault.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom } from "../support/side.ts";
import { startSombra, type Sombra } from "../support/sombra.ts";

const shopper = "447700900123";
const dualRun = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
const shadowOnly = { ...dualRun, WHATSAPP_DUAL_RUN: "false" };

const opened = new Opened();
afterEach(opened.close);
const dir = mkdtempSync(join(tmpdir(), "sombra-stopping-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function configOf(text: string): string {
  const path = join(mkdtempSync(join(dir, "config-")), "sombra.yaml");
  writeFileSync(path, text);
  return path;
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
const stopping = (sombra: Sombra): Promise<void> => expect.poll(() => listens(sombra.port)).toBe(false);

/** A legacy that answers "late", and not before it is let. */
async function startLate() {
  const allowed = Promise.withResolvers<void>();
  const side = await startSide((_, response) => void allowed.promise.then(() => response.end("late")));
  return opened.add({ ...side, answer: () => allowed.resolve() });
}

/** A delivery whose client stays; resolves with what it got when its connection ends. */
function staying(port: number, body: string): Promise<string> {
  const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return new Promise((resolve) => {
    let got = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(head + body));
    socket.on("data", (chunk: Buffer) => (got += chunk.toString("latin1")));
    socket.on("error", () => socket.destroy());
    socket.once("close", () => resolve(got));
  });
}

describe("a stop", () => {
  test("answers what is in flight, gives pending comparisons their time, and exits 0", async () => {
    const legacy = await startLate();
    const candidate = opened.add(await startSide(json(200, {})));
    const sombra = await startSombra({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidate.url,
      ...shadowOnly,
    });
    const answer = post(sombra.url, textFrom(shopper));
    await legacy.requests(1);
    sombra.signal("SIGTERM");
    await stopping(sombra);
    legacy.answer();
    expect(await (await answer).text()).toBe("late");
    expect(await sombra.exited).toBe(0);
    expect(candidate.seen).toHaveLength(1);
    expect(sombra.lines.some(({ event }) => event === "dual_run_comparison")).toBe(true);
    expect(sombra.lines.some(({ event }) => event === "alarm")).toBe(false);
  });

  test.each(["drainMs: 100\n", "graceMs: 100\ndrainMs: 600000\n"])(
    "gives up on a candidate that does not come to an end: %j",
    async (text) => {
      const legacy = opened.add(await startSide(json(200, {})));
      const candidate = opened.add(await startFaulty("hangs"));
      const sombra = await startSombra({
        SOMBRA_LEGACY_URL: legacy.url,
        SOMBRA_CANDIDATE_URL: candidate.url,
        SOMBRA_CONFIG: configOf(text),
        ...dualRun,
      });
      await post(sombra.url, textFrom(shopper));
      expect(await sombra.stop()).toBe(0);
    },
  );

  test("cuts what legacy does not answer in time, says so, and exits 0", async () => {
    const collector = opened.add(await startCollector());
    const legacy = opened.add(await startFaulty("never reads"));
    const candidate = opened.add(await startSide(json(200, {})));
    const sombra = await startSombra({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidate.url,
      SOMBRA_CONFIG: configOf("graceMs: 300\n"),
      ...collector.env,
      ...shadowOnly,
    });
    const clients = [textFrom(shopper), "x".repeat(4_000_000)].map((body) => staying(sombra.port, body));
    await expect.poll(() => legacy.connections).toBe(2);
    expect(await sombra.stop()).toBe(0);
    expect(await Promise.all(clients)).toEqual(["", ""]);
    expect(sombra.lines.filter(({ event }) => event === "alarm")).toMatchObject([
      { alarm: "requests-cut", message: "Stopped without an answer to 2 requests: there was none within graceMs" },
    ]);
    const labels = collector.metrics.findLast(({ name }) => name === "sombra_items_total")?.labels;
    expect(labels).toMatchObject([{ state: "skipped", substate: "shutting-down" }]);
    expect(candidate.seen).toEqual([]);
  });

  test("asked for twice at once, as by Ctrl-C under npm, is one stop", async () => {
    const legacy = await startLate();
    const sombra = await startSombra({ SOMBRA_LEGACY_URL: legacy.url });
    const answer = post(sombra.url, "{}");
    await legacy.requests(1);
    sombra.signal("SIGINT");
    sombra.signal("SIGINT");
    await stopping(sombra);
    legacy.answer();
    expect(await (await answer).text()).toBe("late");
    expect(await sombra.exited).toBe(0);
  });

  test("asked for again waits for nothing any more, and exits 1", async () => {
    const legacy = opened.add(await startFaulty("hangs"));
    const sombra = await startSombra({ SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CONFIG: configOf("graceMs: 600000\n") });
    const client = staying(sombra.port, "{}");
    await expect.poll(() => legacy.connections).toBe(1);
    sombra.signal("SIGTERM");
    await stopping(sombra);
    const again = setInterval(() => sombra.signal("SIGTERM"), 50);
    expect(await sombra.exited).toBe(1);
    clearInterval(again);
    expect(await client).toBe("");
  });
});
