import type { Item, Profile } from "../model/index.ts";
import { createUrlOf, type PublicAddress } from "./address.ts";
import { type Aliases, shopperOf } from "./aliases.ts";
import { type DeliveryExtractor, type Extractor, extract } from "./extractor.ts";
import { type AppSecrets, createExamine, type TakeApart } from "./examine.ts";
import { isNumber, type LearnedAliases } from "./learned.ts";
import { createPart } from "./part.ts";
import type { FoundItem, ItemsOf, Provider } from "./provider.ts";
import { createReading, type Reading } from "./reading.ts";
import { createResolve } from "./resolve.ts";

interface IdentifyOptions {
  /** In order: the first that finds an id names the shopper. */
  readonly extractors: readonly Extractor[];
  readonly aliases: Aliases;
  /** Absent: nothing is checked. */
  readonly secrets?: AppSecrets;
  /** Absent: as the request says. */
  readonly address?: PublicAddress;
  /** The data plane's, asked and told by `resolve` alone; absent: nothing is known from one delivery to the next. */
  readonly learned?: LearnedAliases;
}

/** A provider's deliveries on one route. Pure, save that `resolve` learns. */
export function createProfile(provider: Provider, options: IdentifyOptions): Profile {
  const { extractors, aliases, secrets, address = { publicUrl: null, trustForwarded: false } } = options;
  const { signature } = provider;
  const scheme = typeof signature === "function" ? signature(createUrlOf(address)) : signature;
  const rules = { ...split(extractors), aliases };
  const takeApart = createTakeApart(provider.itemsOf, rules);
  return {
    name: provider.name,
    makesItems: (method) => provider.makesItems(method),
    identify: (head, body) => takeApart(head, body).identity,
    ...createExamine(takeApart, { scheme, secrets }),
    ...createResolve({ aliases, learned: rules.profile ? options.learned : undefined, profile: rules.profile }),
    shopperOf: createShopperOf(rules),
    part: createPart({ ...provider, signature: scheme }, secrets),
  };
}

function createTakeApart(itemsOf: ItemsOf, rules: Rules): TakeApart {
  return (head, body) => {
    const reading = createReading(head, body);
    const found = findItems(itemsOf, reading);
    return { identity: { items: withShoppers(found, reading, rules) }, persons: personsOf(found) };
  };
}

/** The extractors around `profile`, and whether it is among them. */
interface Rules {
  readonly before: readonly DeliveryExtractor[];
  readonly profile: boolean;
  readonly after: readonly DeliveryExtractor[];
  readonly aliases: Aliases;
}

/** A delivery may say itself whose it is, by an id that no number leads to. */
function createShopperOf({ before, profile, aliases }: Rules): Profile["shopperOf"] {
  const asks = profile && before.length === 0;
  const isKnown = aliases.size === 0 || [...aliases.keys()].every(isNumber);
  return (number) => (asks ? (aliases.get(number) ?? (isKnown ? number : null)) : null);
}

function withShoppers(found: readonly FoundItem[], reading: Reading, rules: Rules): readonly Item[] {
  const ofDelivery = firstOf(rules.before, reading, rules.aliases);
  if (ofDelivery !== null) return found.map((item) => itemOf(item, ofDelivery));
  const otherwise = firstOf(rules.after, reading, rules.aliases);
  if (!rules.profile) return found.map((item) => itemOf(item, otherwise));
  return found.map((item) => itemOf(item, shopperOf(item.who, rules.aliases) ?? otherwise));
}

function itemOf({ id, kind, who, phone = null, about = null }: FoundItem, shopper: string | null): Item {
  return { id, kind, shopper, person: who[0] ?? null, phone, about };
}

const nobody: readonly (readonly string[])[] = [];

function personsOf(found: readonly FoundItem[]): readonly (readonly string[])[] {
  return found.some(({ who }) => who.length > 1) ? found.map(({ who }) => who).filter((who) => who.length > 1) : nobody;
}

const unreadable: readonly FoundItem[] = [{ id: null, kind: "other", who: [] }];

/** The funnel for faults in a profile: what it cannot read is one item without shopper. */
function findItems(itemsOf: ItemsOf, reading: Reading): readonly FoundItem[] {
  try {
    const found = itemsOf(reading);
    return found.length === 0 ? unreadable : found;
  } catch {
    return unreadable;
  }
}

function split(extractors: readonly Extractor[]): Omit<Rules, "aliases"> {
  const at = extractors.findIndex(({ kind }) => kind === "profile");
  const cut = at < 0 ? extractors.length : at;
  return {
    before: extractors.slice(0, cut).filter(forDelivery),
    profile: at >= 0,
    after: extractors.slice(cut).filter(forDelivery),
  };
}

function forDelivery(extractor: Extractor): extractor is DeliveryExtractor {
  return extractor.kind !== "profile";
}

function firstOf(extractors: readonly DeliveryExtractor[], reading: Reading, aliases: Aliases): string | null {
  for (const extractor of extractors) {
    const id = extract(extractor, reading);
    if (id !== null) return aliases.get(id) ?? id;
  }
  return null;
}
