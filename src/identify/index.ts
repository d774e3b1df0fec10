/**
 * Says whether a delivery is the provider's and what it is about, its items and whose they are, from its request line, header
 * and body. Pure: no I/O, no clock, nothing kept between deliveries but which ids are one person's, in a table that only
 * `resolve` asks and tells. Never throws (what cannot be read is one item without shopper) and never makes up a shopper: an
 * id is taken whole or not at all. Ids are personal data and stay in the process.
 */
export type { PublicAddress, UrlOf } from "./address.ts";
export type { AppSecrets } from "./examine.ts";
export { parseExtractor } from "./extractor.ts";
export type { Extractor } from "./extractor.ts";
export { boundedId } from "./bounded-id.ts";
export { createProfile } from "./identify.ts";
export { createLearnedAliases, isNumber } from "./learned.ts";
export type { LearnedAlias, LearnedAliases } from "./learned.ts";
export { http } from "./provider.ts";
export type { FoundItem, Provider, SignatureScheme } from "./provider.ts";
export { createReading } from "./reading.ts";
export type { Reading } from "./reading.ts";
export type { Aliases } from "./aliases.ts";
