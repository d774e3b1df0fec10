import { providers, type ProviderName } from "../../src/whatsapp/index.ts";
import { identify } from "../../src/whatsapp/sample.ts";

/** How many items these bodies hold, all together. */
export function itemsIn(bodies: readonly (string | Uint8Array)[], provider: ProviderName = "meta"): number {
  const items = (body: string | Uint8Array) => identify(providers[provider], Buffer.from(body).toString()).items;
  return bodies.reduce((sum, body) => sum + items(body).length, 0);
}
