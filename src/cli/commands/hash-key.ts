import { z } from "zod";
import { adminCommand, group } from "./frame.ts";
import { table } from "./table.ts";
import { reasonOption } from "./usage.ts";

const shape = z.looseObject({
  key: z.string(),
  in_force_at: z.string(),
  retired: z.array(z.looseObject({ key: z.string(), retired_at: z.string(), gone_at: z.string() })),
});

const rotate = adminCommand(
  {
    name: "hash-key rotate",
    takes: "",
    summary: "a new key for all hashes of personal data, on all instances",
    about: [
      "It takes over some seconds later, everywhere at once. By the one before, what was hashed until then is found and",
      "erased until it is gone. Keys are told apart by fingerprints. docs/privacy.md says what the key is for.",
    ],
    options: reasonOption,
    examples: ['--reason "somebody left who had seen it"', "--json"],
  },
  async ({ ask, print, look }) => {
    const answer = await ask({ path: "/api/hash-key/rotate", method: "POST", body: {}, shape });
    const { key, in_force_at: from, retired } = answer;
    const rows = [
      [key, `in force from ${from}`],
      ...retired.map((one) => [one.key, `until ${one.retired_at}; known until ${one.gone_at}`]),
    ];
    print(answer, () => [table(["KEY", "HASHES"], rows, look)]);
    return 0;
  },
);

export const hashKey = group(
  {
    name: "hash-key",
    summary: "the key of all hashes of personal data",
    about: ["No call and no command shows a key."],
  },
  [rotate],
);
