/**
 * What `bare.ts` is with Sombra's own parts behind node:http (intake, client, relay), in a process of its own: `node lean.ts LEGACY_PORT
 * CANDIDATE_PORT`. The candidate gets a copy, and nobody looks at its answer: the least that a dual-run can cost, which reads, compares
 * and counts nothing.
 */
import { createServer } from "node:http";
import {
  afterPoll,
  createBudget,
  createTransport,
  endToEnd,
  Intake,
  Kept,
  Relay,
  type CallRequest,
  type CallSink,
} from "../src/http/index.ts";

const options = { connections: null, keepAliveMs: 1_000, connectTimeoutMs: 0, maxHeaderBytes: 65_536 };
const [legacy, candidate] = process.argv
  .slice(2)
  .map((port) => createTransport(new URL(`http://127.0.0.1:${port}`), options));
if (legacy === undefined || candidate === undefined) {
  throw new Error("Which ports? node lean.ts LEGACY_PORT CANDIDATE_PORT");
}

const maxBodyBytes = 4_194_304;
const budget = createBudget(268_435_456);
const dropped: CallSink = { start: () => {}, data: () => {}, end: () => {}, failed: () => {} };

const server = createServer((request, response) =>
  afterPoll(() => {
    const { method = "GET", url = "/", rawHeaders } = request;
    const kept = new Kept(maxBodyBytes, budget, null);
    const body = new Intake(request, kept, () => {}).already();
    if (body === null) throw new Error("All that the load generator sends comes in one packet");
    const call: CallRequest = { method, target: url, headers: endToEnd(rawHeaders), body, chunked: false };
    legacy.call(call, new Relay(response, { failed: () => response.destroy() }));
    candidate.call(call, dropped);
    kept.release();
  }),
);

process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : undefined });
});
