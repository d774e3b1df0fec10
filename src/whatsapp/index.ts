/**
 * WhatsApp's shapes, as data and pure functions: the items of a delivery as each provider sends it, Graph API answers
 * for calls that are held, what calls did outside, and signatures. Bytes and JSON in, values out; no I/O. Never throws on
 * what a provider or a handler sends, and never lets a number or a text into a kind.
 */
export { providerNames, providers } from "./providers.ts";
export type { ProviderName } from "./providers.ts";
export { graphAnswer, graphMeaning, heldAnswer, isHeldId } from "./graph.ts";
export { declaredEffect } from "./declared-effect.ts";
export { effectOf } from "./effect.ts";
export type { EffectOptions } from "./effect.ts";
export { canonicalId, spellingsOf, writtenForms } from "./recipient.ts";
export { createBodyDigest } from "./body-digest.ts";
export type { DigestWriter } from "./body-digest.ts";
export { isMediaUpload, mediaFolder } from "./graph-call.ts";
export { graphPath } from "./graph-path.ts";
export type { Operation } from "./graph-call.ts";
export { probeDelivery } from "./probe.ts";
export { sign } from "./signature.ts";
