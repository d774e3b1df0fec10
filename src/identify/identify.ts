import type { Identify, Identity, Item, Profile } from "../model/index.ts";
import { type DeliveryExtractor, type Extractor, extract } from "./extractor.ts";
import { type AppSecrets, createExamine } from "./examine.ts";
import type { FoundItem, ItemsOf, Provider } from "./provider.ts";
import { createReading, type Reading } from "./reading.ts";
import { type Aliases, shoppersOf } from "./shoppers.ts";

interface IdentifyOptions {
  /** In order: the first that finds an id names the shopper. */
  readonly extractors: readonly Extractor[];
  readonly aliases: Aliases;
  /** Absent: nothing is checked. */
  readonly secrets?: AppSecrets;
}

/** A provider's deliveries on one route. */
export function createProfile(provider: Provider, options: IdentifyOptions): Profile {
  const identify = createIdentify(provider.itemsOf, options);
  return {
    name: provider.name,
    makesItems: (method) => provider.makesItems(method),
    identify,
    ...createExamine(identify, { scheme: provider.signature, secrets: options.secrets }),
  };
}

function createIdentify(itemsOf: ItemsOf, options: IdentifyOptions): Identify {
  const rules = { ...split(options.extractors), aliases: options.aliases };
  return (head, body) => {
    const reading = createReading(head, body);
    return asOne(withShoppers(findItems(itemsOf, reading), reading, rules));
  };
}

/** The extractors around `profile`, and whether it is among them. */
interface Rules {
  readonly before: readonly DeliveryExtractor[];
  readonly profile: boolean;
  readonly after: readonly DeliveryExtractor[];
  readonly aliases: Aliases;
}

function withShoppers(found: readonly FoundItem[], reading: Reading, rules: Rules): readonly Item[] {
  const ofDelivery = firstOf(rules.before, reading, rules.aliases);
  if (ofDelivery !== null) return found.map(({ id, kind }) => ({ id, kind, shopper: ofDelivery }));
  const shoppers = rules.profile ? shoppersOf(found, rules.aliases) : [];
  const otherwise = rules.after.length > 0 ? firstOf(rules.after, reading, rules.aliases) : null;
  return found.map(({ id, kind }, i) => ({ id, kind, shopper: shoppers[i] ?? otherwise }));
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

/**
 * A delivery as one item, until deliveries are split. What several shoppers share is nobody's, so that the flags of
 * one never decide for the others.
 */
function asOne(items: readonly Item[]): Identity {
  if (items.length === 1) return { items, mixed: false };
  const [kind = "other", ...otherKinds] = new Set(items.map((item) => item.kind));
  const [shopper = null, ...otherShoppers] = new Set(items.map((item) => item.shopper).filter((each) => each !== null));
  const mixed = otherShoppers.length > 0;
  const one = { id: null, kind: otherKinds.length > 0 ? "batch" : kind, shopper: mixed ? null : shopper };
  return { items: [one], mixed };
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
