import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { graphAnswer, mediaFolder, type Operation } from "../whatsapp/index.ts";
import { hexOf, wamid } from "./ids.ts";
import { close, listen } from "./listen.ts";

/** A call the stand-in got. */
export interface RecordedCall {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly operation: Operation;
  /** The parsed body; undefined when it is not JSON. */
  readonly json: unknown;
}

/** A stand-in for the Graph API: it answers as Meta does and sends nothing to anybody. */
export interface Graph extends AsyncDisposable {
  readonly url: string;
  /** In the order in which they were answered. */
  readonly calls: readonly RecordedCall[];
  /** Resolves once there are so many calls. */
  reached(count: number): Promise<void>;
  close(): Promise<void>;
}

interface GraphOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** Absent: loopback. */
  readonly host?: string;
}

export async function startGraph({ port, host }: GraphOptions = {}): Promise<Graph> {
  const calls: RecordedCall[] = [];
  const recorded = new EventEmitter();
  let received = 0;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    received += 1;
    try {
      calls.push(await answer(request, response, hexOf("graph", received)));
      recorded.emit("call");
    } catch {
      // The caller went away in the middle of its request.
      response.destroy();
    }
  };
  const server = createServer((request, response) => void serve(request, response));
  const url = await listen(server, port, host);
  const stop = () => close(server);
  return {
    url,
    calls,
    async reached(count) {
      while (calls.length < count) await once(recorded, "call");
    },
    close: stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** `hex` is what the ids in the answer are made of. */
async function answer(request: IncomingMessage, response: ServerResponse, hex: string): Promise<RecordedCall> {
  const body = await buffer(request);
  const { method = "GET", url: path = "/", headers } = request;
  const success = graphAnswer(
    { method, path, contentType: headers["content-type"], body },
    {
      message: (recipient) => wamid(recipient, hex),
      call: () => wamid("", hex).replace("wamid", "wacid"),
      media: () => String(BigInt(`0x${hex.slice(0, 12)}`)),
      template: () => String(BigInt(`0x${hex.slice(0, 12)}`)),
      mediaUrl: (id) => `http://${headers.host ?? ""}/${mediaFolder}/${id}`,
    },
  );
  response.writeHead(success.status, [...success.headers, "content-length", String(success.body.length)]);
  response.end(success.body);
  return { method, path, authorization: headers.authorization, operation: success.operation, json: parse(body) };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
