/** The words of the house (SPEC 1) as types. No I/O, no behaviour beyond drawing ids. */
export type { Side, Mode } from "./side.ts";
export type { Item, Identity, Identify, Examined, Part, PartOf, Profile, RequestHead, TakenApart } from "./item.ts";
export type { Answer, Failure, NotKept, Outcome } from "./outcome.ts";
export type { Divergence, DivergenceKind, Redacted, Severity, Verdict } from "./verdict.ts";
export type { ItemState, SkipReason } from "./state.ts";
export type { Json, JsonArray, JsonObject } from "./json.ts";
export type { BodyDigest, DeclaredEffect, Disposition, Effect, EffectOperation, RecordedCall } from "./effect.ts";
export type { CallRecord, ExchangeRecord, FlagRecord, ItemRecord, Trace } from "./exchange.ts";
export type { CompareRules, Route, RouteFlags, ShadowLimits, Upstream } from "./route.ts";
export { randomHex } from "./ids.ts";
