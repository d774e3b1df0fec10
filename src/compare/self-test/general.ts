import { createPlaces, type Path } from "../path.ts";
import type { Keys } from "./document.ts";

const unhashed = (): string => "";

/** A place as divergences and rules have it: without indexes and hidden names. */
export function generalOf(keys: Keys): string {
  let path: Path | null = null;
  for (const key of keys) path = { parent: path, key };
  return path === null ? "/" : createPlaces(unhashed)(path).general;
}

/** A divergence's path, likewise. */
export function generalised(path: string): string {
  return path.replaceAll(/\/\d+(?=\/|$)/g, "/*").replaceAll(/\{[0-9a-f]*\}/g, "{*}");
}
