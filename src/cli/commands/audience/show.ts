import { z } from "zod";

/** Shoppers before and after a write; null: the list is not stored. */
export const audienceChanged = z.looseObject({
  name: z.string(),
  before: z.number().nullable(),
  after: z.number().nullable(),
  unchanged: z.boolean(),
});

export function audienceLines({ name, before, after, unchanged }: z.infer<typeof audienceChanged>): readonly string[] {
  return [unchanged ? `${name}: unchanged (${count(after)})` : `${name}: ${count(before)} -> ${count(after)}`];
}

function count(shoppers: number | null): string {
  if (shoppers === null) return "not stored";
  return shoppers === 1 ? "1 shopper" : `${shoppers} shoppers`;
}
