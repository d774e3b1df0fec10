import { expect, it } from "vitest";
import { sampleArchivedGroup as group, sampleDivergence, sampleItem, sampleRecord } from "../../src/account/sample.ts";
import type { ArchiveFixture } from "./archive.contract.ts";
import { batch, cell, divergent, hour, items, noon, showing } from "./archive-place.ts";

const erased = "0a1b2c3d4e5f6071";
const other = "9f86d081884c7d65";
/** What a route that keeps values may have kept. */
const plain = "447700900123";
const day = 24 * hour;

/** Erasure, and what cannot be understood. */
export function archiveErasing(fixture: ArchiveFixture): void {
  it("takes out every trace of a shopper, to the last byte, and keeps the counts", async () => {
    const { archive } = fixture;
    const withValues = { ...sampleDivergence(), values: { legacy: plain, candidate: null } };
    const whole = sampleRecord({
      exchange: "whole",
      receivedAt: noon,
      items: [sampleItem({ shopper: erased, divergences: [withValues] })],
    });
    const shared = sampleRecord({
      exchange: "shared",
      receivedAt: noon,
      items: [
        sampleItem({ shopper: erased, divergences: [withValues] }),
        sampleItem({ shopper: other }),
        // Compared under another's item.
        sampleItem({ shopper: other, divergences: [sampleDivergence({ legacy: { type: "string", hash: erased } })] }),
        sampleItem({ shopper: other, kind: "message.image" }),
      ],
      calls: [
        {
          side: "legacy",
          items: [0, 1, 2, 3],
          spanId: "s",
          startMs: 0,
          endMs: 1,
          latencyMs: 1,
          waitedMs: 0,
          status: 200,
          failure: null,
        },
      ],
    });
    await archive.apply("one", {
      ...showing(1, [whole, shared, divergent("others", other)]),
      counts: items({ divergent: 3 }),
      cells: [
        { route: "default", cell: cell(erased), gravity: 3 },
        { route: "default", cell: cell(other), gravity: 3 },
      ],
    });
    await archive.apply("one", batch(2, { groups: [group({ signature: "a", cells: [cell(erased), cell(other)] })] }));
    const before = await fixture.place.raw();
    expect([before.includes(erased), before.includes(plain), before.includes(other)]).toEqual([true, true, true]);

    expect(await archive.erase([erased])).toEqual({ exchanges: 1, cut: 1, marks: 3 });

    const after = await fixture.place.raw();
    expect([after.includes(erased), after.includes(plain), after.includes(other)]).toEqual([false, false, true]);
    expect(await archive.exchange("whole")).toBeNull();
    expect(await archive.exchange("shared")).toMatchObject({
      items: [{ kind: "message.text" }, { kind: "message.image" }],
      calls: [{ items: [0, 1] }],
    });
    expect(await archive.exchange("others")).toEqual(divergent("others", other));
    expect(await archive.group("a")).toMatchObject({ count: 4, cells: 2, shoppers: 1, examples: ["shared", "others"] });
    expect(await archive.ledger()).toMatchObject({ received: 3, cells: { compared: 2, critical: 2 } });
    expect(await archive.erase([erased])).toEqual({ exchanges: 0, cut: 0, marks: 0 });
  });

  it("takes values out at their time, to the last byte, and leaves the rest", async () => {
    const { archive } = fixture;
    const values = { legacy: plain, candidate: null };
    const record = (exchange: string, days: number) =>
      sampleRecord({
        exchange,
        receivedAt: noon,
        items: [sampleItem({ divergences: [{ ...sampleDivergence(), values }] })],
        valuesUntil: noon + days * day,
      });
    await archive.apply("one", showing(1, [record("short", 1), record("long", 2)]));
    fixture.pass(day - 1);
    await archive.expire();
    expect(await archive.exchange("short")).toEqual(record("short", 1));
    fixture.pass(1);
    // Before they are gone they are shown no longer.
    expect(JSON.stringify(await archive.exchange("short"))).not.toContain(plain);
    expect(await archive.exchange("long")).toEqual(record("long", 2));
    fixture.pass(day);
    await archive.expire();
    expect((await fixture.place.raw()).includes(plain)).toBe(false);
    expect(await archive.exchange("long")).toEqual(
      sampleRecord({ exchange: "long", receivedAt: noon, items: [sampleItem()] }),
    );
    expect((await archive.group("a"))?.examples).toEqual(["short", "long"]);
  });

  it("takes out what bears the hash of an item's id", async () => {
    const { archive } = fixture;
    const record = sampleRecord({ exchange: "e1", receivedAt: noon, items: [sampleItem({ id: erased })] });
    await archive.apply("one", showing(1, [record, divergent("e2")]));
    expect(await archive.erase([erased])).toEqual({ exchanges: 1, cut: 0, marks: 0 });
    expect((await archive.group("a"))?.examples).toEqual(["e2"]);
    expect((await fixture.place.raw()).includes(erased)).toBe(false);
  });

  it("leaves alone what a later version wrote", async () => {
    const { archive, place } = fixture;
    await archive.apply("one", batch(1, { counts: items({ match: 1 }) }));
    await place.makeNewer();
    const later = fixture.open();
    const newer = { fault: "newer", message: expect.stringContaining("was written by a later Sombra") };
    await expect(later.apply("one", batch(2))).rejects.toMatchObject(newer);
    await expect(later.ledger()).rejects.toMatchObject(newer);
    await expect(later.erase([erased])).rejects.toMatchObject(newer);
  });
}
