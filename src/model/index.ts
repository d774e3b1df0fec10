/** The words of the house (SPEC 1) as types. No I/O, no behaviour beyond drawing ids. */
export type { Side, Mode } from "./side.ts";
export type { Item, Identity, Identify, Examined, Part, PartOf, Profile, RequestHead, TakenApart } from "./item.ts";
export type { Answer, Failure, NotKept, Outcome } from "./outcome.ts";
export type { Divergence, DivergenceKind, Facts, NoiseCause, Redacted, Severity, Verdict } from "./verdict.ts";
export type { Rule, RuleAction, RuleScope } from "./rule.ts";
export type { ItemState, NotCompared, SkipReason } from "./state.ts";
export type { Json, JsonArray, JsonObject } from "./json.ts";
export type {
  BodyDigest,
  CallFacts,
  DeclaredEffect,
  Disposition,
  Effect,
  EffectOperation,
  RecordedCall,
} from "./effect.ts";
export type {
  CallRecord,
  EgressCallRecord,
  ExchangeRecord,
  FlagRecord,
  ItemRecord,
  LoneCallRecord,
  ServerTiming,
  Trace,
} from "./exchange.ts";
export type {
  CompareRules,
  Route,
  RouteCompare,
  RouteFlags,
  ShadowLimits,
  SideVersions,
  Upstream,
  ValuesKept,
} from "./route.ts";
export type { EvidenceScope } from "./scope.ts";
export { noticeEvents, noticeSeverities, type NoticeEvent, type NoticeSeverity } from "./notice.ts";
export { randomHex } from "./ids.ts";
