import { describe, expect, it } from "vitest";
import { isTwinNoise } from "../stats/index.ts";
import { createTwinNoise, type TwinNoise } from "./twin-noise.ts";

const SAME: ReadonlySet<string> = new Set();
const differs: ReadonlySet<string> = new Set(["a"]);

function after(items: readonly (readonly [ReadonlySet<string>, ReadonlySet<string>])[]): TwinNoise {
  const noise = createTwinNoise(() => undefined);
  for (const [candidate, twin] of items) noise.saw(candidate, twin);
  return noise;
}

describe("what the twin shows", () => {
  it("is noise where legacy differs from itself as the candidate does", () => {
    expect(after([[differs, differs]]).has("a")).toBe(true);
    expect(after([[SAME, differs]]).has("a")).toBe(true);
  });

  it("is none where the twin does as legacy, however seldom it was asked", () => {
    expect(after([[differs, SAME]]).has("a")).toBe(false);
    expect(after([]).has("a")).toBe(false);
    expect(after([[differs, differs]]).has("b")).toBe(false);
  });

  it("counts once the candidate differs provably more often, and not by chance", () => {
    expect(isTwinNoise({ both: 100, candidateOnly: 5, twinOnly: 0 })).toBe(true);
    expect(isTwinNoise({ both: 100, candidateOnly: 6, twinOnly: 0 })).toBe(false);
    expect(isTwinNoise({ both: 100, candidateOnly: 40, twinOnly: 30 })).toBe(true);
    expect(isTwinNoise({ both: 100, candidateOnly: 80, twinOnly: 20 })).toBe(false);
  });

  it("tells of each signature once per item", () => {
    const told: string[] = [];
    const noise = createTwinNoise((signature, field) => void told.push(`${signature} ${field}`));
    noise.saw(new Set(["a", "b"]), new Set(["b", "c"]));
    expect(told).toEqual(["a candidateOnly", "b both", "c twinOnly"]);
  });

  it("adds to what others have seen, which is replaced as a whole", () => {
    const noise = after(Array.from({ length: 3 }, () => [differs, SAME]));
    noise.learn(new Map([["a", { both: 4, candidateOnly: 2, twinOnly: 0 }]]));
    expect(noise.has("a")).toBe(true);
    noise.learn(new Map([["a", { both: 4, candidateOnly: 3, twinOnly: 0 }]]));
    expect(noise.has("a")).toBe(false);
  });
});
