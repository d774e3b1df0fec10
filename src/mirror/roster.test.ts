import fc from "fast-check";
import { expect, test } from "vitest";
import { createRoster, type Enrolled } from "./roster.ts";

test("a roster holds those who entered and have not left", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 200 }), (moves) => {
      const roster = createRoster<Enrolled & { readonly id: number }>();
      const inside = new Map<number, Enrolled & { readonly id: number }>();
      for (const id of moves) {
        const one = inside.get(id);
        if (one === undefined) {
          const entering = { id, place: -1 };
          inside.set(id, entering);
          roster.enter(entering);
        } else {
          inside.delete(id);
          roster.leave(one);
        }
        expect(new Set(roster.all())).toEqual(new Set(inside.values()));
        expect(roster.size).toBe(inside.size);
      }
    }),
  );
});
