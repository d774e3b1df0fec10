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

  const known = (seq: number, candidateOnly: number, both = 4) => ({
    seq,
    changed: [{ signature: "a", both, candidateOnly, twinOnly: 0 }],
  });

  it("adds to what others have seen, which is taken as it stands", () => {
    const noise = after(Array.from({ length: 3 }, () => [differs, SAME]));
    noise.learn(known(0, 2));
    expect(noise.has("a")).toBe(true);
    noise.learn(known(0, 2));
    expect(noise.has("a")).toBe(true);
    noise.learn(known(0, 3));
    expect(noise.has("a")).toBe(false);
    noise.learn(known(0, 0, 0));
    expect(noise.has("a")).toBe(false);
  });

  it("that was seen here and comes back with what others saw counts once", () => {
    const noise = after(Array.from({ length: 3 }, () => [differs, SAME]));
    noise.gave(1, [{ signature: "a", both: 0, candidateOnly: 3, twinOnly: 0 }]);
    noise.saw(differs, SAME);
    noise.gave(2, [{ signature: "a", both: 0, candidateOnly: 1, twinOnly: 0 }]);
    // Five in all where the first batch counts once, eight where it counts twice.
    noise.learn(known(1, 4));
    expect(noise.has("a")).toBe(true);
    noise.learn(known(2, 5));
    expect(noise.has("a")).toBe(true);
    noise.saw(differs, SAME);
    expect(noise.has("a")).toBe(false);
  });

  it("is remembered of an instance that has seen nothing itself", () => {
    const noise = after([]);
    noise.learn(known(0, 0));
    expect([noise.has("a"), noise.has("b")]).toEqual([true, false]);
  });
});
