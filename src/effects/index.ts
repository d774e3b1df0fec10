/**
 * What the sides do outside: the port that their Graph API calls go through. Legacy's stream on to the real host; those
 * of a held side are answered here and go nowhere. No open proxy: only configured upstreams.
 */
export { listenEgress, type Disposition, type Egress, type HeldAnswer, type HeldCall } from "./egress.ts";
