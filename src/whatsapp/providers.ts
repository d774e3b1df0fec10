import { replaceStrings } from "../lib/json-replace.ts";
import { cut } from "./cut.ts";
import { itemsOf } from "./items.ts";
import { makesItems, type WhatsAppProvider } from "./provider.ts";
import { evolution } from "./providers/evolution.ts";
import { gupshup } from "./providers/gupshup.ts";
import { twilio } from "./providers/twilio.ts";
import { zapi } from "./providers/zapi.ts";
import { hubSignature } from "./signature.ts";

/** In the order of messages that list them. */
export const providerNames = ["meta", "twilio", "360dialog", "gupshup", "evolution", "zapi", "simulated"] as const;

export type ProviderName = (typeof providerNames)[number];

/** 360dialog passes Meta's body on, and takes sends in the Graph API's shape. */
export const providers: Readonly<Record<ProviderName, WhatsAppProvider>> = {
  meta: inMetaShape("meta"),
  twilio,
  "360dialog": inMetaShape("360dialog"),
  gupshup,
  evolution,
  zapi,
  simulated: inMetaShape("simulated"),
};

function inMetaShape(name: string): WhatsAppProvider {
  return { name, sends: "graph", makesItems, itemsOf, cut, rename: replaceStrings, signature: hubSignature };
}
