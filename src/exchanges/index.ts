/**
 * Whose outbound call it is. Keeps the exchanges that are open by what calls bear, decides whether a call is held, and
 * waits for what the sides do after they answered. Deliveries as judged and effects go in; decisions and closed exchanges
 * come out. All in memory, bounded, no I/O and no timers: time is asked of a clock, and the owner says when to look.
 * May never send on in doubt, nor lose an effect without counting it.
 */
export { createExchanges } from "./exchanges.ts";
export type { Exchanges } from "./exchanges.ts";
export type { ExchangesOptions } from "./memory.ts";
export { standingOf } from "./exchange.ts";
export type { CallKeys, Exchange, ExchangeItem, OpenExchange, OpenItem, Standing } from "./exchange.ts";
export type { Found, KeyKind, Place } from "./find.ts";
export type { Ties } from "./ties.ts";
export { createHolding } from "./holding.ts";
export type { Held, Holding, HoldingDeps, OutboundCall } from "./holding.ts";
export { createSettling } from "./settling.ts";
export type { Settling } from "./settling.ts";
export type { Closed, Fate, SettlingDeps } from "./waiting.ts";
export type { ItemEffects, SettleBounds } from "./group.ts";
