/**
 * The world of the demo: two real handlers from npm, a stand-in Graph API, and signed deliveries in WhatsApp's shape,
 * written afresh with fictional people. Building blocks for `npm run demo` and for tests; everything listens on
 * loopback, unless told otherwise, and calls nothing but the Graph base URL it is given. Never part of a running proxy.
 */
export { deliveries, handshake, signed } from "./deliveries.ts";
export type { Delivery } from "./deliveries.ts";
export { startGraph } from "./graph.ts";
export type { Graph, RecordedCall } from "./graph.ts";
export { serve } from "./handlers/serve.ts";
export type { HandlerName } from "./handlers/serve.ts";
export { startCandidate, startLegacy } from "./handlers/start.ts";
export type { Handler } from "./handlers/start.ts";
export { business, testShopper } from "./people.ts";
export { send } from "./send.ts";
export type { Received } from "./send.ts";
