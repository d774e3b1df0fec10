/**
 * What the dashboard costs: the first page with a million items in the ledger and 500 groups, and ten of it open under
 * traffic. `node bench/dashboard.ts [seconds]`: so long is each of the two measurements under traffic.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cellOf, createTally } from "../src/account/index.ts";
import type { Divergence } from "../src/model/index.ts";
import { createSqliteArchive } from "../src/store/index.ts";
import { json, startSide } from "../test/support/side.ts";
import { startSombra } from "../test/support/sombra.ts";
import { readCpu } from "./cpu.ts";

const items = 1_000_000;
const groups = 500;
const viewers = 10;
const perSecond = 100;
const seconds = Number(process.argv[2] ?? 10);
const rounds = 10;

function divergence(n: number): Divergence {
  return {
    where: "answer",
    path: `/body/entry/changes/value/field${n}`,
    kind: "changed",
    severity: n % 3 === 0 ? "critical" : "major",
    signature: String(n).padStart(16, "0"),
    legacy: { type: "string", length: 3 },
    candidate: { type: "string", length: 4 },
    change: "text",
    noise: null,
    downstream: false,
  };
}

/** An archive as a long life leaves it. */
async function fill(path: string): Promise<void> {
  const archive = createSqliteArchive({ path });
  const tally = createTally(() => performance.now());
  const route = "default";
  tally.counter("sombra_items_total", { route, state: "compared", substate: "match" }).add(items - groups * 20);
  tally.counter("sombra_items_total", { route, state: "compared", substate: "divergent" }).add(groups * 20);
  tally.counter("sombra_items_compared_total", { route, item_kind: "message.text" }).add(items);
  for (let n = 0; n < groups * 20; n += 1) {
    const at = Date.now();
    const subject = { route, itemKind: "message.text", at, cell: cellOf(at, `hash${n % 5_000}`) };
    tally.compared(`e${n}`, subject, [divergence(n % groups)]);
  }
  let more = true;
  while (more) {
    const batch = tally.drainArchive(Date.now(), {});
    await archive.apply("bench", batch);
    ({ more } = batch);
  }
  await archive.close();
}

/** Everything that a browser loads to show a page, packed as browsers like it. */
async function load(
  base: string,
  path: string,
): Promise<{ readonly bytes: number; readonly ms: number; readonly page: string }> {
  const started = performance.now();
  const { body, wire } = await fetchPacked(base + path);
  const ms = performance.now() - started;
  const files = [...body.matchAll(/(?:href|src)="(\/assets\/[^"]*)"/g)].map(([, file = ""]) => file);
  const modules = ["live.js", "times.js", "dialogs.js"].map((name) => (files[0] ?? "").replace(/[^/]*$/, name));
  let bytes = wire;
  for (const file of [...files, ...modules]) bytes += (await fetchPacked(base + file)).wire;
  return { bytes, ms, page: body };
}

async function fetchPacked(url: string): Promise<{ readonly body: string; readonly wire: number }> {
  const answer = await fetch(url, { headers: { accept: "text/html", "accept-encoding": "br, gzip" } });
  const wire = Number(answer.headers.get("content-length") ?? 0);
  const body = await answer.text();
  return { body, wire: wire === 0 ? Buffer.byteLength(body) : wire };
}

/** Does what an open page does: listens, and fetches again those parts that are said to be old. */
function view(base: string, page: string): { readonly fetched: () => number; end(): void } {
  const parts = [...page.matchAll(/data-live="([^"]*)"\s*hx-get="([^"]*)"/g)].map(([, topics = "", path = ""]) => ({
    topics: topics.split(" "),
    path,
  }));
  let fetched = 0;
  const listening = get(`${base}/live`, (stream: IncomingMessage) => {
    stream.on("error", () => {});
    stream.setEncoding("utf8").on("data", (text: string) => {
      const changed = [...text.matchAll(/event: changed\ndata: (.*)/g)].flatMap(([, topics = ""]) => topics.split(" "));
      for (const { topics, path } of parts) {
        if (!topics.some((topic) => changed.includes(topic))) continue;
        fetched += 1;
        // What is under way when the measurement ends is nobody's.
        void fetchPacked(base + path).catch(() => null);
      }
    });
  });
  listening.on("error", () => {});
  return { fetched: () => fetched, end: () => listening.destroy() };
}

interface Spent {
  /** Share of a core. */
  readonly dataPlane: number;
  readonly all: number;
}

async function underTraffic(pid: number, url: string): Promise<Spent> {
  const before = readCpu(pid);
  const started = performance.now();
  for (let sent = 0; sent < perSecond * seconds; sent += 1) {
    const wait = started + (sent * 1_000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait);
    void fetch(url, { method: "POST", body: `{"n": ${sent}}` })
      .then((answer) => answer.arrayBuffer())
      .catch(() => null);
  }
  const after = readCpu(pid);
  const elapsedNs = (performance.now() - started) * 1e6;
  const spent = (thread: string): number => (after.get(thread) ?? 0) - (before.get(thread) ?? 0);
  const all = [...after.keys()].reduce((sum, thread) => sum + spent(thread), 0);
  return { dataPlane: spent(`${pid}/${pid}`) / elapsedNs, all: all / elapsedNs };
}

const say = (what: string, value: number, unit: string): void =>
  void process.stdout.write(`${what.padEnd(64)} ${value.toFixed(2).padStart(9)} ${unit}\n`);
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const directory = mkdtempSync(join(tmpdir(), "sombra-bench-"));
const stack = new AsyncDisposableStack();
stack.defer(() => rmSync(directory, { recursive: true, force: true }));
try {
  await fill(join(directory, "account.db"));
  const [legacy, candidate] = await Promise.all([
    startSide(json(200, { ok: true })),
    startSide(json(200, { ok: true, more: 1 })),
  ]);
  stack.defer(() => Promise.all([legacy.close(), candidate.close()]).then(() => undefined));
  const sombra = await startSombra({
    SOMBRA_LEGACY_URL: legacy.url,
    SOMBRA_CANDIDATE_URL: candidate.url,
    SOMBRA_DATA_DIR: directory,
    WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
    SOMBRA_LOG_LEVEL: "warn",
  });
  stack.defer(() => sombra.stop().then(() => undefined));
  const ledger = await sombra.get<{ received: number }>("/api/ledger");
  if (ledger.received < items) throw new Error(`The ledger has ${ledger.received} items`);
  const first = await load(sombra.adminUrl, "/");
  say("first page of the process, the page itself", first.ms, "ms");
  say("first page with all it loads, over the wire", first.bytes / 1_024, "KiB");
  for (const path of ["/", "/divergences"]) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await sleep(1_050);
      times.push((await load(sombra.adminUrl, path)).ms);
    }
    say(`${path} rendered anew, median`, median(times), "ms");
    say(`${path} rendered anew, slowest`, Math.max(...times), "ms");
  }
  await underTraffic(sombra.pid, sombra.url);
  const without = await underTraffic(sombra.pid, sombra.url);
  const open = Array.from({ length: viewers }, () => view(sombra.adminUrl, first.page));
  await sleep(2_000);
  const withThem = await underTraffic(sombra.pid, sombra.url);
  const fetched = open.reduce((sum, viewer) => sum + viewer.fetched(), 0);
  for (const viewer of open) viewer.end();
  say(`data plane's thread at ${perSecond} deliveries a second, no page open`, without.dataPlane * 100, "% of a core");
  say(`the same with ${viewers} pages open`, withThem.dataPlane * 100, "% of a core");
  say("what they cost the data plane", (withThem.dataPlane - without.dataPlane) * 100, "% of a core");
  say("what they cost the whole process", (withThem.all - without.all) * 100, "% of a core");
  say("parts fetched by them", fetched / (seconds + 2), "a second");
} finally {
  await stack.disposeAsync();
}
