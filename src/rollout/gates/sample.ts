import type { Stream } from "../../account/index.ts";

export function sampleStream(changed: Partial<Stream> = {}): Stream {
  const versions = { legacyVersion: "1", candidateVersion: "2", rules: "aa" };
  return { scope: "r.1", route: "default", population: "pairs", ...versions, ...changed };
}
