import { request } from "node:http";

export interface CallOptions {
  readonly method?: string;
  /** As it is to stand on the request line. */
  readonly target?: string;
  /** Name, value, name, value; `host` is added where it is not among them. */
  readonly headers?: readonly string[];
  /** Pieces are sent chunked, each as a chunk of its own. */
  readonly body?: Buffer | string | readonly Buffer[];
}

export interface CallAnswer {
  readonly status: number;
  readonly reason: string;
  /** Name, value, name, value, in the order and case received. */
  readonly rawHeaders: readonly string[];
  /** As it came: no content coding is undone. */
  readonly body: Buffer;
}

/** One request on a connection of its own, with nothing normalised: `fetch` would tidy targets and undo codings. */
export function call(baseUrl: string, options: CallOptions = {}): Promise<CallAnswer> {
  const { hostname, port, host } = new URL(baseUrl);
  const { method = "POST", target = "/", headers = [], body } = options;
  const own = headers.some((name, i) => i % 2 === 0 && name.toLowerCase() === "host") ? [] : ["host", host];
  const framing = framingOf(body, headers);
  const { promise, resolve, reject } = Promise.withResolvers<CallAnswer>();
  const outgoing = request({
    hostname,
    port,
    method,
    path: target,
    agent: false,
    headers: [...own, ...headers, ...framing],
  });
  outgoing.on("error", reject);
  outgoing.on("response", (answer) => {
    const chunks: Buffer[] = [];
    answer.on("data", (chunk: Buffer) => chunks.push(chunk));
    answer.on("error", reject);
    answer.on("end", () => {
      const { statusCode = 0, statusMessage = "", rawHeaders } = answer;
      resolve({ status: statusCode, reason: statusMessage, rawHeaders, body: Buffer.concat(chunks) });
    });
  });
  for (const piece of isPieces(body) ? body : [body ?? ""]) if (piece.length > 0) outgoing.write(piece);
  outgoing.end();
  return promise;
}

function isPieces(body: CallOptions["body"]): body is readonly Buffer[] {
  return Array.isArray(body);
}

function framingOf(body: CallOptions["body"], headers: readonly string[]): readonly string[] {
  const given = headers.some((name, i) => i % 2 === 0 && /^(content-length|transfer-encoding)$/i.test(name));
  if (given || body === undefined) return [];
  return isPieces(body) ? ["transfer-encoding", "chunked"] : ["content-length", String(Buffer.byteLength(body))];
}
