import { z } from "zod";
import { exitFailed } from "./command.ts";
import { adminCommand } from "./frame.ts";
import { reasonOption } from "./usage.ts";

const shape = z.looseObject({
  found: z.boolean(),
  ids: z.number(),
  exchanges: z.number().nullable(),
  lists: z.array(z.string()),
  removed: z.array(z.string()),
  left: z.array(z.string()),
});

/** Every record is looked at, and the file of the store is written through. */
const eraseMs = 120_000;

export const erase = adminCommand(
  {
    name: "erase",
    takes: "SHOPPER",
    summary: "take a shopper out of everything that is kept, on all instances; exits 1 where something is left",
    about: [
      "A phone number is found however it is written. Flags that name the shopper go on doing so, and are told, unless",
      "--lists takes the shopper off their lists: that may change what is decided. docs/privacy.md says what backups and",
      "the files of Redis keep.",
    ],
    options: { lists: { takes: null, help: "also from the lists of flags and audiences" }, ...reasonOption },
    examples: ['15550100001 --reason "asked to be forgotten"', "15550100001 --lists --json"],
  },
  async ({ given, ask, print, warn }) => {
    const [shopper = ""] = given.values;
    const body = { shopper, lists: given.has("lists") };
    const answer = await ask({ path: "/api/erase", method: "POST", body, timeoutMs: eraseMs, shape });
    const { found, ids, exchanges, lists, removed, left } = answer;
    const told = (): readonly string[] => [
      `known by ${ids === 1 ? "1 id" : `${ids} ids`}`,
      `records taken out: ${exchanges ?? "none are kept"}`,
      ...(removed.length === 0 ? [] : [`taken off ${removed.join(", ")}`]),
      lists.length === 0
        ? "no list names the shopper"
        : `still named by ${lists.join(", ")}: --lists takes the shopper off`,
    ];
    print(answer, () => (found ? told() : ["nothing is kept of this shopper"]));
    for (const what of left) warn(`not all is gone, try again: ${what}`);
    return left.length === 0 ? 0 : exitFailed;
  },
);
