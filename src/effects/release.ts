import {
  CallError,
  Collect,
  headerValue,
  Kept,
  Relay,
  type Call,
  type CallRequest,
  type CallSink,
  type RawHeaders,
} from "../http/index.ts";
import type { HeldAnswer, ReadAnswer } from "./call.ts";
import type { EgressDeps } from "./deps.ts";
import { withOwnUrl } from "./media-url.ts";
import type { Outbound } from "./outbound.ts";
import { startPatience } from "./patience.ts";
import { graphError, reply } from "./reply.ts";
import { fieldsOut, targetOut } from "./upstream.ts";

/** A media lookup is some 300 bytes. */
const maxLookupBytes = 65_536;

type Sent = Pick<CallRequest, "method" | "headers" | "body" | "chunked" | "trailers">;

/** Sends a call on as it is; the answer goes back as it arrives. */
export function release(outbound: Outbound): void {
  const { method, request } = outbound;
  const { rawHeaders } = request;
  const sent = {
    method,
    headers: fieldsOut(rawHeaders, outbound.side, outbound.upstream),
    body: outbound.onward,
    chunked: headerValue(rawHeaders, "transfer-encoding") !== null,
    trailers: () => request.rawTrailers,
  };
  send(outbound, sent, (events) => new Relay(outbound.response, events));
}

/** Sends a held side's read on, as a GET and nothing else. */
export function passRead(outbound: Outbound): void {
  outbound.whole(() => send(outbound, plainGet(outbound), (events) => new Relay(outbound.response, events)));
}

/** Sends on a media lookup of a side that is not legacy: what it is answered leads through the egress as well. */
export function passLookup(deps: EgressDeps, outbound: Outbound): void {
  outbound.whole(() => {
    const get = plainGet(outbound);
    // What is coded in a way we do not know could not be changed.
    const headers = [...without(get.headers, /^accept-encoding$/i), "accept-encoding", "identity"];
    const kept = new Kept(maxLookupBytes, deps.budget, null);
    send(outbound, { ...get, headers }, (passage) => {
      const failed = (error: CallError): void => {
        kept.release();
        passage.failed(error, false);
      };
      return new Collect(kept, {
        requestSent: () => passage.requestSent(),
        ended({ status, rawHeaders, body }) {
          if (body === null) return failed(new CallError("bad-answer", true));
          const answer = repeated(withOwnUrl({ status, rawHeaders, body }, deps.upstreams.values(), outbound.sideUrl));
          kept.release();
          passage.started(answer.status, answer.headers);
          passage.data(answer.body);
          passage.ended();
          reply(outbound.response, answer);
        },
        failed,
      });
    });
  });
}

function plainGet({ request, side, upstream }: Outbound): Sent {
  const headers = without(fieldsOut(request.rawHeaders, side, upstream), /^content-(?:length|type|encoding)$/i);
  return { method: "GET", headers, body: null, chunked: false };
}

/** An answer given again: what describes its bytes, and nothing of the connection it came by. */
export function repeated({ status, rawHeaders, body }: ReadAnswer): HeldAnswer {
  const headers: string[] = [];
  for (const name of ["content-type", "content-encoding", "content-disposition", "etag", "last-modified"]) {
    const value = headerValue(rawHeaders, name);
    if (value !== null) headers.push(name, value);
  }
  return { status, headers, body };
}

function without(fields: RawHeaders, name: RegExp): string[] {
  const out: string[] = [];
  for (let i = 0; i < fields.length; i += 2)
    if (!name.test(fields[i] ?? "")) out.push(fields[i] ?? "", fields[i + 1] ?? "");
  return out;
}

/** What becomes of the answer of a call that goes out. */
interface Passage {
  requestSent(): void;
  started(status: number, headers: RawHeaders): void;
  data(chunk: Buffer): void;
  ended(): void;
  failed(error: CallError, started: boolean): void;
}

function send(outbound: Outbound, sent: Sent, sinkFor: (passage: Passage) => CallSink): void {
  const { upstream, response, side } = outbound;
  let moved = 0;
  const patience = startPatience(
    upstream.timeoutMs,
    { progress: () => moved + outbound.received, awaited: () => outbound.awaited },
    () => call?.abort(new CallError("timeout", true)),
  );
  const passage: Passage = {
    requestSent: () => void (moved += 1),
    started(status, headers) {
      patience();
      outbound.answerStarts(status, headers);
    },
    data: (chunk) => outbound.answerComes(chunk),
    ended: () => outbound.end("released"),
    failed(error, started) {
      patience();
      outbound.end("failed");
      if (!started) reply(response, graphError(error.failure === "timeout" ? 504 : 502, notAnswered(outbound, error)));
    },
  };
  let call: Call | null = null;
  outbound.gone = () => call?.abort(new CallError("reset", true));
  const target = targetOut(outbound.target, side, upstream);
  call = upstream.transport.call({ ...sent, target }, sinkFor(passage));
}

function notAnswered({ upstream }: Outbound, { failure }: CallError): string {
  return `Upstream "${upstream.name}" did not answer: ${failure}`;
}
