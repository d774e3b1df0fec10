import fc from "fast-check";
import { expect, it } from "vitest";
import { DueHeap } from "./due-heap.ts";

const step = fc.record({ which: fc.nat(19), dueMs: fc.option(fc.nat(50), { freq: 4 }) });

it("whatever is put in, moved and taken out, the first is the soonest", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100, size: "max" }), (steps) => {
      const heap = new DueHeap();
      const all = Array.from({ length: 20 }, () => ({ place: -1, dueMs: 0 }));
      const queued = new Set<(typeof all)[number]>();
      for (const { which, dueMs } of steps) {
        const one = all[which];
        if (one === undefined) continue;
        if (dueMs === null) {
          heap.remove(one);
          queued.delete(one);
        } else {
          heap.put(one, dueMs);
          queued.add(one);
        }
        expect(heap.size).toBe(queued.size);
        expect(heap.first?.dueMs ?? Infinity).toBe(Math.min(...[...queued].map((each) => each.dueMs)));
      }
      const left: number[] = [];
      for (let first = heap.first; first !== null; first = heap.first) {
        left.push(first.dueMs);
        heap.remove(first);
      }
      expect(left).toEqual([...queued].map((each) => each.dueMs).toSorted((one, two) => one - two));
    }),
    { numRuns: 500 },
  );
});
