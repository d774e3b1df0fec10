/**
 * HTTP at the level of bytes and raw header pairs: calling an upstream, passing its answer on, keeping bodies aside.
 * Knows nothing of flags, modes or items; never decides who is called.
 */
export { createBreaker, type Breaker, type BreakerOptions } from "./breaker.ts";
export type { Call, CallRequest, CallSink, Flow, Transport } from "./call.ts";
export { Collect } from "./collect.ts";
export { CallError } from "./failure.ts";
export { endToEnd, headerValue, towardsLegacy, towardsShadow, type RawHeaders } from "./headers.ts";
export { Intake } from "./intake.ts";
export { refusalOf, type Refusal } from "./guard.ts";
export { createBudget, Kept, type Budget } from "./kept.ts";
export { Relay, type RelayEvents } from "./relay.ts";
export { serverTimings, timingFields } from "./server-timing.ts";
export { createTransport, targetAt } from "./transport.ts";
export { refuseConnection, tunnel } from "./tunnel.ts";
export { afterPoll } from "./turn.ts";
