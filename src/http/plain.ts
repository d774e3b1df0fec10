import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as TlsAgent, request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import type { Call, CallRequest, CallSink, Transport } from "./call.ts";
import { CallError } from "./failure.ts";
import { hostOf, servernameOf } from "./upstream-host.ts";

export interface PlainOptions {
  /** 0: as long as the system's own limit. */
  readonly connectTimeoutMs: number;
  readonly maxHeaderBytes: number;
}

interface Plain extends PlainOptions {
  readonly origin: URL;
  readonly agent: Agent;
}

/**
 * Calls by node:http, each on a connection of its own: for the few requests that undici cannot send as they came (chunked
 * bodies with their trailers, `OPTIONS *`, absolute-form targets, a zero content-length on methods without a body), and for
 * sides whose answers it does not take as they come (an unasked `100 Continue`, a reason phrase that is not UTF-8).
 */
export function createPlain(origin: URL, options: PlainOptions): Transport {
  const agent = new (origin.protocol === "https:" ? TlsAgent : Agent)({ keepAlive: false });
  const plain = { origin, agent, ...options };
  return {
    call: (request, sink) => plainCall(plain, request, sink),
    // Nothing is kept open beyond its call.
    close: () => Promise.resolve(),
    destroy() {
      agent.destroy();
      return Promise.resolve();
    },
  };
}

function plainCall(plain: Plain, request: CallRequest, sink: CallSink): Call {
  let over = false;
  let began = false;
  const fail = (error: unknown): void => {
    if (over) return;
    over = true;
    sink.failed(CallError.from(error, began));
  };
  let outgoing: ClientRequest;
  try {
    outgoing = open(plain, request);
  } catch (error) {
    fail(error);
    return { abort() {} };
  }
  outgoing.on("socket", (socket) => {
    if (!socket.connecting) {
      began = true;
      return;
    }
    const stopWaiting = limitConnecting(socket, plain.connectTimeoutMs);
    socket.once("connect", () => {
      began = true;
      stopWaiting();
    });
    socket.once("close", stopWaiting);
  });
  outgoing.on("information", (info) => sink.informational?.(info.statusCode, info.rawHeaders));
  let answered = false;
  outgoing.on("response", (answer) => {
    answered = true;
    const end = (error: unknown): void => {
      if (over) return;
      over = true;
      if (error === null) return;
      outgoing.destroy();
      sink.failed(CallError.from(error, true));
    };
    relay(answer, sink, end);
  });
  outgoing.on("error", fail);
  // Once there is an answer its own end counts: a slow reader may still be taking it in.
  outgoing.on("close", () => {
    if (!answered) fail(new CallError("reset", began));
  });
  send(outgoing, request, sink);
  return {
    abort(error) {
      outgoing.destroy();
      fail(error);
    },
  };
}

function limitConnecting(socket: Socket, maxMs: number): () => void {
  if (maxMs === 0) return () => undefined;
  const limit = setTimeout(() => socket.destroy(new CallError("timeout", false)), maxMs);
  return () => clearTimeout(limit);
}

function open({ origin, agent, maxHeaderBytes }: Plain, request: CallRequest): ClientRequest {
  const headers = request.chunked ? [...request.headers, "transfer-encoding", "chunked"] : request.headers;
  return (origin.protocol === "https:" ? httpsRequest : httpRequest)({
    protocol: origin.protocol,
    hostname: hostOf(origin),
    servername: servernameOf(origin) ?? "",
    port: origin.port,
    method: request.method,
    path: request.target,
    headers: [...headers, "connection", "close"],
    setHost: false,
    agent,
    maxHeaderSize: maxHeaderBytes,
  });
}

/** `over` is told null when the answer was complete, else why it was not. */
function relay(answer: IncomingMessage, sink: CallSink, over: (error: unknown) => void): void {
  const guarded = (step: () => void): boolean => {
    try {
      step();
      return true;
    } catch (error) {
      over(new CallError("bad-answer", true, error));
      return false;
    }
  };
  if (!guarded(() => sink.start(answer.statusCode ?? 0, answer.statusMessage ?? "", answer.rawHeaders, answer))) return;
  answer.on("data", (chunk: Buffer) => sink.data(chunk));
  answer.on("end", () => {
    if (answer.complete && guarded(() => sink.end(answer.rawTrailers))) over(null);
  });
  answer.on("error", over);
  answer.on("close", () => {
    if (!answer.complete) over(new CallError("reset", true));
  });
}

function send(outgoing: ClientRequest, request: CallRequest, sink: CallSink): void {
  const { body } = request;
  const finish = (last: Buffer | null): void => {
    const trailers = request.chunked ? (request.trailers?.() ?? []) : [];
    if (trailers.length > 0) outgoing.addTrailers(pairs(trailers));
    const sent = (): void => sink.requestSent?.();
    if (last === null) outgoing.end(sent);
    else outgoing.end(last, sent);
  };
  if (body === null || Buffer.isBuffer(body)) return finish(body);
  body.on("data", (chunk: Buffer) => {
    if (outgoing.write(chunk)) return;
    body.pause();
    outgoing.once("drain", () => body.resume());
  });
  body.on("end", () => finish(null));
  body.on("error", () => outgoing.destroy());
  outgoing.once("close", () => body.destroy());
}

/** Flat list to the pairs that node's `addTrailers` takes. */
export function pairs(raw: readonly string[]): [string, string][] {
  const out: [string, string][] = [];
  for (let i = 0; i < raw.length; i += 2) out.push([raw[i] ?? "", raw[i + 1] ?? ""]);
  return out;
}
