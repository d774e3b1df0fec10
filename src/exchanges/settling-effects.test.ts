import { describe, expect, it } from "vitest";
import type { Effect } from "../model/index.ts";
import { maxMs, quietMs, sampleSettling, strayMs } from "./sample.ts";

const candidate = { side: "candidate" } as const;
const a = { traceId: "trace-a" };
const b = { traceId: "trace-b" };

describe("an effect", () => {
  it("of an exchange that is over is late, and reopens nothing", () => {
    const { settling, open, effect, pass, counted } = sampleSettling();
    open("a", { shopper: "1" });
    settling.answered("a");
    pass(quietMs);
    effect("one", a);
    effect("two", { recipient: "1" });
    expect(counted).toEqual(["one late"]);
    expect(pass(strayMs)).toEqual([]);
    expect(counted).toEqual(["one late", "two late"]);
    expect(settling.size).toBe(0);
  });

  it("that nobody is known for is unattributed, after a while", () => {
    const { effect, pass, counted } = sampleSettling();
    effect("one", { recipient: "9" });
    expect(counted).toEqual([]);
    pass(strayMs);
    expect(counted).toEqual(["one unattributed"]);
  });

  it("of a delivery that legacy got alone is not compared", () => {
    const { open, effect, counted } = sampleSettling();
    open("l", { mode: "legacy", shopper: "1" });
    effect("one", { recipient: "1" });
    effect("two", { traceId: "trace-l" });
    expect(counted).toEqual(["one not-compared", "two not-compared"]);
  });

  it.each<[string, Partial<Effect>]>([
    ["name", { exchange: "b" }],
    ["trace", b],
    ["message", { refersTo: "wamid.b" }],
    ["shopper", { recipient: "1" }],
  ])("that comes before its delivery was judged finds it by its %s", (_key, keys) => {
    const { settling, open, effect, pass, counted } = sampleSettling();
    // Another exchange of the shopper is over.
    open("a", { shopper: "1" });
    settling.answered("a");
    pass(quietMs);
    effect("one", keys);
    pass(strayMs - 1);
    open("b", { shopper: "+1" });
    settling.answered("b");
    expect(pass(maxMs)).toEqual(["b: one|, timed out"]);
    expect(counted).toEqual(["one attributed"]);
  });

  it("that comes before its delivery was judged is not compared where legacy got it alone", () => {
    const { open, effect, pass, counted } = sampleSettling();
    effect("one", { recipient: "1" });
    open("l", { mode: "legacy", shopper: "1" });
    pass(strayMs);
    expect(counted).toEqual(["one not-compared"]);
  });

  it("that uploads a file belongs to the send that names it, of the same side", () => {
    const { settling, open, effect, pass, counted } = sampleSettling();
    open("a", { shopper: "1" });
    effect("upload", { produced: ["file"] });
    effect("theirs", { ...candidate, produced: ["file"] });
    effect("send", { recipient: "1", ids: ["file"] });
    settling.answered("a");
    expect(pass(maxMs)).toEqual(["a: send,upload|, timed out"]);
    expect(counted).toEqual(["theirs unattributed", "send attributed", "upload attributed"]);
  });

  it("waits among a bounded number, of which the oldest is decided at once", () => {
    const { settling, effect, counted } = sampleSettling();
    for (let i = 0; i < 1001; i += 1) effect(`${i}`, {});
    expect(counted).toEqual(["0 unattributed"]);
    expect(settling.size).toBe(1000);
  });
});
