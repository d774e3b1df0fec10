import { z } from "zod";
import { adminCommand } from "../frame.ts";
import { readMembers, readSteadily } from "../pages.ts";
import { table } from "../table.ts";

const listShape = z.looseObject({ audiences: z.array(z.looseObject({ name: z.string(), count: z.number() })) });

export const list = adminCommand(
  {
    name: "audience list",
    takes: "",
    summary: "stored lists of shoppers, and how many are in each",
    examples: ["", "--json"],
  },
  async ({ ask, print, look }) => {
    const answer = await ask({ path: "/api/audiences", shape: listShape });
    const rows = answer.audiences.map(({ name, count }) => [name, String(count)]);
    print(answer, () => (rows.length === 0 ? ["no audience is stored"] : [table(["NAME", "SHOPPERS"], rows, look)]));
    return 0;
  },
);

export const get = adminCommand(
  {
    name: "audience get",
    takes: "NAME",
    summary: "the shoppers of a list, one a line, as import takes them",
    examples: ["pilot > pilot.txt", "pilot --json"],
  },
  async ({ given, ask, print }) => {
    const [name = ""] = given.values;
    const path = `/api/audiences/${encodeURIComponent(name)}/members`;
    const members = await readSteadily(() => readMembers(ask, { path }));
    print({ name, members }, () => members);
    return 0;
  },
);
