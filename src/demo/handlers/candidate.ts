import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { createMemoryState } from "@chat-adapter/state-memory";
import { createWhatsAppAdapter } from "@chat-adapter/whatsapp";
import { type Adapter, Chat, ConsoleLogger, type StateAdapter } from "chat";
import { graphVersion, type HandlerOptions, tokenOf } from "./options.ts";
import { replyTo } from "./reply.ts";

export interface Candidate {
  readonly server: Server;
  /** Resolves when nothing is left to do of what was answered. */
  settled(): Promise<void>;
}

/** The new pipeline: the Chat SDK with its WhatsApp adapter, answering first and replying afterwards. */
export function createCandidate(options: HandlerOptions): Candidate {
  const webhook = createWebhook(options);
  const running = new Set<Promise<unknown>>();
  const server = createServer((request, response) => {
    const waitUntil = (task: Promise<unknown>) => {
      const done = task.finally(() => running.delete(done)).catch(() => undefined);
      running.add(done);
    };
    handle((incoming) => webhook(incoming, { waitUntil }), request, response).catch(() => {
      // What a web framework answers when its route throws.
      response.statusCode = 500;
      response.end();
    });
  });
  return {
    server,
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

function createWebhook(options: HandlerOptions) {
  const logger = new ConsoleLogger("silent");
  const whatsapp = createWhatsAppAdapter({
    accessToken: tokenOf(options),
    appSecret: options.appSecret,
    verifyToken: options.verifyToken,
    phoneNumberId: options.phoneNumberId,
    apiUrl: options.graphUrl,
    apiVersion: graphVersion,
    logger,
  });
  const bot = new Chat({
    userName: "demo",
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its types are of a second copy of `chat`
    state: createMemoryState() as unknown as StateAdapter,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written without exactOptionalPropertyTypes
    adapters: { whatsapp: whatsapp as Adapter },
    logger,
    // By default a message that arrives while another of its thread is handled is dropped, so that what the demo
    // shows would depend on timing; the other handler has no such lock.
    concurrency: "concurrent",
  });
  bot.onDirectMessage(async (thread, { raw }) => {
    await thread.post(replyTo(inboundOf(raw)));
  });
  bot.onReaction(async ({ thread, raw }) => {
    await thread.post(replyTo(raw));
  });
  bot.onAction(async ({ thread, raw }) => {
    await thread?.post(replyTo(raw));
  });
  return bot.webhooks.whatsapp;
}

/** The WhatsApp message in what the adapter keeps of it. */
function inboundOf(raw: unknown): unknown {
  return typeof raw === "object" && raw !== null && "message" in raw ? raw.message : undefined;
}

type Webhook = (request: Request) => Promise<Response>;

async function handle(webhook: Webhook, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await webhook(await webRequest(request));
  const body = Buffer.from(await answer.arrayBuffer());
  response.statusCode = answer.status;
  response.setHeaders(answer.headers);
  response.end(body);
}

async function webRequest(request: IncomingMessage): Promise<Request> {
  const { method = "GET", url = "/", rawHeaders } = request;
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "");
  const body = await buffer(request);
  const init = { method, headers };
  const target = new URL(url, "http://127.0.0.1");
  return new Request(target, method === "GET" || method === "HEAD" ? init : { ...init, body });
}
