import { createHash } from "node:crypto";
import { decideMode, type Snapshot } from "../../../flags/index.ts";
import type { RouteFlags } from "../../../model/index.ts";

/** So many shoppers whom nobody knows, and so many of those whom lists name. */
const unknownShoppers = Array.from({ length: 256 }, (_, index) => `sample-${index}`);
const listedShoppers = 64;

/** A digest of what an instance decides for a sample of shoppers: two that decide alike have the same. */
export function decidedDigest(snapshot: Snapshot, routes: readonly RouteFlags[]): string {
  const hash = createHash("sha256");
  for (const route of routes) {
    const flag = snapshot.flags.get(route.enabled);
    const listed = [flag?.forceOn, flag?.allowlist, flag?.denylist].flatMap(
      (list) => list?.first(listedShoppers) ?? [],
    );
    for (const shopper of [...unknownShoppers, ...listed]) {
      const { mode } = decideMode(snapshot, route, shopper);
      hash.update(mode.charAt(0));
    }
    hash.update("\n");
  }
  return hash.digest("hex").slice(0, 16);
}
