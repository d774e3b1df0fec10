import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Text } from "whatsapp-api-js/messages";
import { WhatsAppAPI } from "whatsapp-api-js/middleware/node-http";
import { graphVersion, type HandlerOptions, tokenOf } from "./options.ts";
import { replyTo } from "./reply.ts";

/** The handler in production: whatsapp-api-js behind node:http, as its documentation shows. */
export function createLegacy(options: HandlerOptions): Server {
  const whatsapp = new WhatsAppAPI({
    token: tokenOf(options),
    appSecret: options.appSecret,
    webhookVerifyToken: options.verifyToken,
    v: graphVersion,
    // The package has no option for the API's address: what it calls is moved over to the Graph base URL.
    ponyfill: { fetch: (target, init) => fetch(moved(target, options.graphUrl), init) },
  });
  whatsapp.on.message = async ({ message, reply }) => {
    await reply(new Text(replyTo(message)));
  };
  return createServer((request, response) => {
    handle(whatsapp, request, response).catch(() => response.destroy());
  });
}

async function handle(whatsapp: WhatsAppAPI, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "POST") {
    response.statusCode = await whatsapp.handle_post(request);
    response.end();
    return;
  }
  if (request.method !== "GET") {
    response.writeHead(405, { allow: "GET, POST" }).end();
    return;
  }
  try {
    response.end(whatsapp.handle_get(request));
  } catch (refusal) {
    response.statusCode = typeof refusal === "number" ? refusal : 500;
    response.end();
  }
}

function moved(target: string | URL | Request, graphUrl: string): string {
  const { pathname, search } = new URL(target instanceof Request ? target.url : target);
  return graphUrl + pathname + search;
}
