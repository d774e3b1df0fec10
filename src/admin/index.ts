/**
 * The admin port: what a person or a tool asks of a running Sombra (SPEC 5), and what it may tell it: flags, stored lists,
 * the kill switch. Reads the book and what its deps say; answers JSON, Prometheus text and plain pages. Members of lists
 * leave it by the flag calls only. It may never touch a delivery, write past the registry, or be reached by a page of
 * another site.
 */
export { createAdmin } from "./app.ts";
export type {
  Access,
  AdminDeps,
  AdminEraseAnswer,
  AdminRotateAnswer,
  AdminWrite,
  AdminWriteAnswer,
  AdminEdited,
  AdminPreview,
  Ailment,
  FlagEntry,
  FlagsInForce,
  InstanceEntry,
  Role,
  RotatedKeys,
  RotateOrder,
  RouteEntry,
  SelfTestReport,
  SettingEntry,
  Token,
} from "./deps.ts";
export type { RulesDeps } from "./rules.ts";
export type { DrillAnswer, KnownRollout, RolloutsDeps, SimulateOrder } from "./rollouts.ts";
export type { Check } from "./check.ts";
export type { ChannelTest, NotificationsDeps, StatusAnswer, ToldChannel } from "./notifications.ts";
export { reachOf } from "./in-force.ts";
export { blockingIncidents } from "./incident.ts";
export { hasRecurred, isOpen, shownTriage, triageValue } from "./triage.ts";
export { listenAdmin, type AdminServer } from "./listen.ts";
