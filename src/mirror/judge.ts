import { decideKey, decideMode, flagDecision, type FlagDecision, type Snapshot } from "../flags/index.ts";
import type { Examined, Item, Part, PartOf, RequestHead, Route, SkipReason } from "../model/index.ts";
import type { Delivery, Judge, JudgedItem, Judgement, Sighting } from "../proxy/index.ts";
import { planOf } from "./plan.ts";
import { isTwinned } from "./twin-share.ts";
import type { Seen } from "./seen.ts";
import { renamedFor, type SentMessages, unknownSent, withSender } from "./statuses.ts";

/** Bodies up to here are taken apart in place: the slowest to parse (nothing but opening brackets) takes 5 ms then. */
const inPlaceBytes = 32_768;

/** A delivery's bytes as another thread gets them. */
export interface Taken {
  readonly route: string;
  readonly head: RequestHead;
  readonly body: Buffer;
}

/** Items that the provider has had a 200 for which never reached it: they are not done again. */
export interface AnsweredItems {
  /** Whether the store may hold any: only then is it asked. */
  readonly mayHold: () => boolean;
  /** Those of these ids that are on record; null: it could not be read in time. */
  readonly among: (route: string, ids: readonly string[]) => Promise<ReadonlySet<string> | null>;
}

export interface JudgeDeps {
  /** Examines a large delivery off this thread. */
  readonly examineElsewhere: (taken: Taken) => Promise<Examined>;
  readonly cutElsewhere: (taken: Taken, parts: readonly PartOf[]) => Promise<readonly (Part | null)[]>;
  /** Flags decided for the handlers beside those of the route. */
  readonly handedOut: readonly string[];
  /** What was delivered lately on a route. */
  readonly seen: (route: Route) => Seen;
  readonly answered: AnsweredItems;
  readonly sent: SentMessages;
  /** Whether anybody can be cut over by a delivery's snapshot. */
  readonly cutoverPossible: (delivery: Delivery) => boolean;
  /** Learns what other instances know of these persons' ids, in bounded time; null: nothing is to be waited for. */
  readonly askNames: (ids: readonly string[]) => Promise<void> | null;
  /** Items may be done twice: whether they were is not on record, or nothing can be cut out. */
  readonly maybeTwice: (route: Route) => void;
}

/** Takes a delivery apart and asks the flags for each of its items: whose answer counts, and who else is called. */
export function createJudge(deps: JudgeDeps): Judge {
  return (delivery, body) => {
    const { route, head } = delivery;
    if (body.length <= inPlaceBytes) return judged(deps, { delivery, body }, route.profile.examine(head, body));
    const taken = { route: route.name, head, body };
    return deps.examineElsewhere(taken).then((examined) => judged(deps, { delivery, body }, examined));
  };
}

type Read = Extract<Examined, { kind: "read" }>;

interface Received {
  readonly delivery: Delivery;
  readonly body: Buffer;
}

const unread: Item = { id: null, kind: "unread", shopper: null, person: null, phone: null, about: null };

/** Legacy answers, and nothing is mirrored. */
export function legacyAlone(reason: string, skip: SkipReason): Judgement {
  return {
    items: [{ item: unread, mode: "legacy", reason, flags: [], skip, unreversed: "cut-over", story: null }],
    answering: [{ side: "legacy", mode: "legacy", items: [0], flags: [], body: null, headers: null }],
    mirrored: [],
    twins: [],
    sighting: null,
  };
}

/** It is not the provider's: nothing is read from it, decided for it or mirrored. */
const forged = legacyAlone("bad-signature", "bad-signature");

function judged(deps: JudgeDeps, received: Received, examined: Examined): Judgement | Promise<Judgement> {
  if (examined.kind === "bad-signature") return forged;
  const { profile } = received.delivery.route;
  const nameless = profile.nameless(examined);
  if (nameless.length === 0) return decided(deps, received, examined);
  const asked = deps.askNames(nameless);
  return asked === null ? decided(deps, received, examined) : asked.then(() => decided(deps, received, examined));
}

function decided(deps: JudgeDeps, received: Received, examined: Read): Judgement | Promise<Judgement> {
  const { delivery } = received;
  const items = decideAll(deps, delivery, delivery.route.profile.resolve(examined).items);
  if (items.every(({ item }) => item.about === null)) return planned(deps, received, { examined, items });
  const rules = { sent: deps.sent, cutoverPossible: deps.cutoverPossible(delivery) };
  const told = (): Judgement | Promise<Judgement> =>
    planned(deps, received, { examined, items: items.map((item) => withSender(item, rules)) });
  const asked = deps.sent.ask(unknownSent(items, rules));
  return asked === null ? told() : asked.then(told);
}

function planned(
  deps: JudgeDeps,
  { delivery, body }: Received,
  { examined, items: decisions }: { readonly examined: Read; readonly items: readonly JudgedItem[] },
): Judgement | Promise<Judgement> {
  const { candidateHeaders } = examined;
  const { items, sighting } = withStories(deps, delivery, decisions);
  const plan = (answered: ReadonlySet<number>): Judgement | Promise<Judgement> => {
    const cut = (parts: readonly PartOf[]): readonly (Part | null)[] | Promise<readonly (Part | null)[]> => {
      const { route, head } = delivery;
      if (body.length > inPlaceBytes) return deps.cutElsewhere({ route: route.name, head, body }, parts);
      return parts.map((part) => route.profile.part(head, body, part));
    };
    const maybeTwice = (): void => deps.maybeTwice(delivery.route);
    return planOf(items, {
      answered,
      candidateHeaders,
      renamed: renamedFor(items, deps.sent),
      hasTwin: delivery.route.twin !== null,
      isTwinned: (first) => isTwinned(delivery, first),
      cut,
      mixedBatch: delivery.route.mixedBatch,
      sighting,
      maybeTwice,
    });
  };
  const shared = items.length > 1 && items.some(({ mode }) => mode === "cutover");
  if (!shared && !deps.answered.mayHold()) return plan(none);
  return answeredAmong(deps, delivery, items).then(plan);
}

const none: ReadonlySet<number> = new Set();

/** Indices of the items that are on record as answered. */
async function answeredAmong(
  deps: JudgeDeps,
  { route }: Delivery,
  items: readonly JudgedItem[],
): Promise<ReadonlySet<number>> {
  const ids = items.map(({ item }) => item.id);
  const known = ids.filter((id) => id !== null);
  if (known.length === 0) return none;
  const found = await deps.answered.among(route.name, known);
  if (found === null) deps.maybeTwice(route);
  if (found === null || found.size === 0) return none;
  return new Set(ids.flatMap((id, i) => (id !== null && found.has(id) ? [i] : [])));
}

type Decision = Pick<JudgedItem, "mode" | "reason" | "flags" | "skip" | "unreversed">;

/** Asks the flags once for each shopper. */
function decideAll(deps: JudgeDeps, delivery: Delivery, items: readonly Item[]): readonly JudgedItem[] {
  const [only] = items;
  if (only !== undefined && items.length === 1) return [judgedItem(only, decide(deps, delivery, only))];
  const byShopper = new Map<string | null, Decision>();
  return items.map((item) => {
    const decision = byShopper.get(item.shopper) ?? decide(deps, delivery, item);
    byShopper.set(item.shopper, decision);
    return judgedItem(item, decision);
  });
}

function judgedItem(item: Item, { mode, reason, flags, skip, unreversed }: Decision): JudgedItem {
  return { item, mode, reason, flags, skip, unreversed, story: null };
}

function decide(deps: JudgeDeps, { route, snapshot }: Delivery, { shopper }: Item): Decision {
  const { mode: decided, reason, decisions, reverseShadow } = decideMode(snapshot, route.flags, shopper);
  const flags = decisions.concat(deps.handedOut.map((key) => flagDecision(key, decideKey(snapshot, key, shopper))));
  const shed = snapshot.scopes.get(route.name)?.shed === true ? "sampled-out" : null;
  const unreversed = reverseShadow ? shed : whyNotReversed(snapshot, decisions[3]);
  const mode = route.candidate === null ? "legacy" : decided;
  return { mode, reason, flags, unreversed, skip: whySkipped({ route, mode, reason, shopper, shed }) };
}

interface Decided extends Pick<Decision, "mode" | "reason"> {
  readonly route: Route;
  readonly shopper: string | null;
  readonly shed: SkipReason | null;
}

function whySkipped({ route, mode, reason, shopper, shed }: Decided): SkipReason | null {
  if (route.candidate === null) return "not-enabled";
  if (mode === "cutover") return null;
  if (mode !== "legacy") return shed;
  return shopper === null && !offForAll(reason) ? "no-shopper" : "not-enabled";
}

/** Whoever a share of reverse shadow leaves out is of its sample; at no share nobody was to be compared. */
function whyNotReversed(snapshot: Snapshot, { flag, reason }: FlagDecision): "sampled-out" | "cut-over" {
  return reason === "percent" && snapshot.flags.get(flag)?.milliPercent !== 0 ? "sampled-out" : "cut-over";
}

/** A side that has had an item is not given it again, save where its answer counts. */
function withStories(
  deps: JudgeDeps,
  { route, exchange }: Delivery,
  items: readonly JudgedItem[],
): { readonly items: readonly JudgedItem[]; readonly sighting: Sighting | null } {
  if (items.every(({ skip }) => skip !== null)) return { items, sighting: null };
  const sighting = deps.seen(route).delivered(exchange);
  const told = items.map((judged): JudgedItem => {
    const story = judged.skip === null ? sighting.first(judged.item.id) : null;
    if (story === null) return judged;
    if (judged.mode !== "cutover") return { ...judged, story, skip: "redelivery" };
    return { ...judged, story, unreversed: judged.unreversed ?? "redelivery" };
  });
  return { items: told, sighting };
}

/** Off whoever the shopper is. */
function offForAll(reason: string): boolean {
  return reason === "disabled" || reason === "killed" || reason === "force_off" || reason === "default";
}
