/**
 * The least that a proxy of these parts can be, node:http in and undici's `dispatch` out, in a process of its own:
 * `node bare.ts LEGACY_PORT [CANDIDATE_PORT]`. With a candidate it gets a copy, and nobody looks at its answer.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Pool, type Dispatcher } from "undici";

const [legacy, candidate] = process.argv.slice(2).map((port) => new Pool(`http://127.0.0.1:${port}`));
if (legacy === undefined) {
  throw new Error("Which port? node bare.ts LEGACY_PORT [CANDIDATE_PORT]");
}

/** Fields of one hop, RFC 9110 7.6.1; the length of what is asked is undici's to write. */
const hopFields = ["connection", "keep-alive", "transfer-encoding"];
const notAsked = new Set([...hopFields, "content-length"]);
const notAnswered = new Set(hopFields);

function without(names: ReadonlySet<string>, rawHeaders: readonly string[]): string[] {
  const fields: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = [rawHeaders[at], rawHeaders[at + 1]];
    if (!names.has(name.toLowerCase())) fields.push(name, value);
  }
  return fields;
}

function optionsOf(request: IncomingMessage, body: Buffer): Dispatcher.DispatchOptions {
  const { method = "GET", url = "/", rawHeaders } = request;
  return { method, path: url, headers: without(notAsked, rawHeaders), body };
}

/** What comes back goes on as it comes. */
function answering(response: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart: () => {},
    onResponseStart(controller, status) {
      const fields = Array.isArray(controller.rawHeaders) ? controller.rawHeaders.map(String) : [];
      response.writeHead(status, without(notAnswered, fields));
    },
    onResponseData: (_, chunk) => void response.write(chunk),
    onResponseEnd: () => void response.end(),
    onResponseError: () => void response.destroy(),
  };
}

const dropped: Dispatcher.DispatchHandler = {
  onRequestStart: () => {},
  onResponseStart: () => {},
  onResponseData: () => {},
  onResponseEnd: () => {},
  onResponseError: () => {},
};

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const options = optionsOf(request, Buffer.concat(pieces));
    legacy.dispatch(options, answering(response));
    candidate?.dispatch(options, dropped);
  });
});

process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : undefined });
});
