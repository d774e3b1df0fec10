import { describe, expect, it } from "vitest";
import { quietMs, sampleSettling } from "./sample.ts";

const candidate = { side: "candidate" } as const;
const a = { traceId: "trace-a" };
const b = { traceId: "trace-b" };

describe("a twin beside both sides", () => {
  const twin = { side: "twin" } as const;
  const both = ({ effect }: ReturnType<typeof sampleSettling>, of: { readonly traceId: string }): void => {
    effect("ours", of);
    effect("theirs", { ...candidate, ...of });
  };

  it("is waited for while it has sent less than legacy, and not where it sends nothing", () => {
    const all = sampleSettling();
    for (const [name, of] of [
      ["a", a],
      ["b", b],
    ] as const) {
      all.open(name, { shopper: name });
      both(all, of);
      both(all, of);
    }
    all.effect("twins", { ...a, ...twin });
    all.settling.answered("a", true);
    all.settling.answered("b", true);
    expect(all.pass(quietMs)).toEqual(["b: ours,ours|theirs,theirs, twinned"]);
    all.effect("twins", { ...a, ...twin });
    expect(all.pass(quietMs)).toEqual(["a: ours,ours|theirs,theirs, twinned"]);
  });

  it("is not waited for where it did not answer", () => {
    const all = sampleSettling();
    all.open("a", { shopper: "1" });
    both(all, a);
    both(all, a);
    all.effect("twins", { ...a, ...twin });
    all.settling.answered("a");
    expect(all.pass(quietMs)).toEqual(["a: ours,ours|theirs,theirs"]);
  });

  it("ties no exchanges together: what could be of several is left out, and the twin with it", () => {
    const all = sampleSettling();
    all.open("a", { shopper: "1" });
    all.open("b", { shopper: "1" });
    both(all, a);
    both(all, b);
    all.effect("twins", { ...twin, recipient: "1" });
    all.settling.answered("a", true);
    all.settling.answered("b", true);
    expect(all.pass(quietMs)).toEqual(["a: ours|theirs", "b: ours|theirs"]);
    expect(all.counted).toContain("twins not-compared");
  });

  it("takes no room from the sides", () => {
    const all = sampleSettling();
    all.open("a", { shopper: "1" });
    for (let i = 0; i < 200; i += 1) all.effect("twins", { ...a, ...twin });
    both(all, a);
    all.settling.answered("a", true);
    expect(all.pass(quietMs)).toEqual(["a: ours|theirs"]);
    expect(all.counted.filter((one) => one === "twins not-compared")).toHaveLength(180);
  });
});
