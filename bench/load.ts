/**
 * The load generator, in a process of its own. Open loop: when each request is due is known before the first is sent,
 * and its latency runs from then, whether or not a connection was free (no coordinated omission).
 */
import { openConnection, type Connection } from "./connection.ts";
import { startPacer } from "./pacer.ts";
import { createPayload } from "./payload.ts";
import { percentile } from "./percentile.ts";
import { loadCommandSchema, type LoadCommand, type LoadResult } from "./protocol.ts";

/** From the order to the first request; the pacer's thread is up well before. */
const leadMs = 300;
/** How long after the last request was due answers are still waited for. */
const graceMs = 1_000;

interface Client {
  connection: Connection | null;
  /** The request it waits for an answer to; its run may be over. */
  request: { readonly run: Run; readonly index: number } | null;
}

interface Run {
  readonly startMs: number;
  readonly intervalMs: number;
  readonly count: number;
  due: number;
  next: number;
  answered: number;
  failed: number;
  /** By request; NaN: no answer yet. */
  readonly latencies: Float64Array;
  readonly lags: number[];
  readonly settled: PromiseWithResolvers<void>;
}

let makeRequest = createPayload(0, { path: "/", payload: "delivery" });
let port = 0;
/** Requests made so far, by all runs: no two bear the same wamid. */
let sequence = 0;
let clients: Client[] = [];
/** The one that has been idle longest comes first, so that all are in use. */
let idle: Client[] = [];
let run: Run | null = null;

process.on("message", (message) => void obey(loadCommandSchema.parse(message)).then((reply) => process.send?.(reply)));
process.on("disconnect", () => process.exit());

async function obey(command: LoadCommand): Promise<object> {
  switch (command.kind) {
    case "open":
      port = command.port;
      makeRequest = createPayload(port, command);
      clients = Array.from({ length: command.connections }, () => ({ connection: null, request: null }));
      await Promise.all(clients.map(open));
      return {};
    case "run":
      return runLoad(command.ratePerSecond, command.seconds);
    case "close":
      for (const client of clients) {
        client.connection?.close();
      }
      clients = [];
      idle = [];
      return {};
  }
}

async function open(client: Client): Promise<void> {
  client.connection = await openConnection(port, {
    answered: (status, reusable) => {
      settle(client, status === 200);
      if (reusable) {
        idle.push(client);
        sendDue();
      } else {
        client.connection?.close();
        void reopen(client);
      }
    },
    closed: () => {
      idle = idle.filter((other) => other !== client);
      settle(client, false);
      void reopen(client);
    },
  });
  idle.push(client);
}

async function reopen(client: Client): Promise<void> {
  client.connection = null;
  await open(client);
  sendDue();
}

function settle(client: Client, answered: boolean): void {
  if (client.request === null) {
    return;
  }
  const { run: own, index } = client.request;
  client.request = null;
  if (own !== run) {
    return;
  }
  own.latencies[index] = performance.now() - own.startMs - index * own.intervalMs;
  if (answered) {
    own.answered += 1;
  } else {
    own.failed += 1;
  }
  if (own.answered + own.failed === own.count) {
    own.settled.resolve();
  }
}

function sendDue(): void {
  while (run !== null && run.next < run.due) {
    const client = idle.shift();
    if (client === undefined) {
      return;
    }
    client.request = { run, index: run.next };
    run.next += 1;
    client.connection?.send(makeRequest(sequence));
    sequence += 1;
  }
}

async function runLoad(ratePerSecond: number, seconds: number): Promise<LoadResult> {
  const count = Math.round(ratePerSecond * seconds);
  const current: Run = {
    startMs: performance.now() + leadMs,
    intervalMs: 1_000 / ratePerSecond,
    count,
    due: 0,
    next: 0,
    answered: 0,
    failed: 0,
    latencies: new Float64Array(count).fill(Number.NaN),
    lags: [],
    settled: Promise.withResolvers(),
  };
  run = current;
  await sendAll(current);
  const patience = setTimeout(() => current.settled.resolve(), graceMs);
  await current.settled.promise;
  clearTimeout(patience);
  run = null;
  return summarize(current);
}

async function sendAll(current: Run): Promise<void> {
  const due = new Int32Array(new SharedArrayBuffer(4));
  const startNs = process.hrtime.bigint() + BigInt(Math.round((current.startMs - performance.now()) * 1e6));
  startPacer({ due, startNs, intervalMs: current.intervalMs, count: current.count });
  while (current.due < current.count) {
    const wait = Atomics.waitAsync(due, 0, current.due);
    if (wait.async) {
      await wait.value;
    }
    current.due = Atomics.load(due, 0);
    current.lags.push(performance.now() - current.startMs - (current.due - 1) * current.intervalMs);
    sendDue();
  }
}

function summarize({ startMs, intervalMs, count, next, answered, failed, latencies, lags }: Run): LoadResult {
  const endMs = performance.now();
  const waited = latencies.map((latency, index) =>
    Number.isNaN(latency) ? endMs - startMs - index * intervalMs : latency,
  );
  return {
    due: count,
    sent: next,
    answered,
    failed,
    unanswered: count - answered - failed,
    p50: percentile(waited, 0.5),
    p99: percentile(waited, 0.99),
    lagP99: percentile(Float64Array.from(lags), 0.99),
  };
}
