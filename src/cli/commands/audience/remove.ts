import { adminCommand } from "../frame.ts";
import { breakGlassOption, reasonOption } from "../usage.ts";
import { audienceChanged, audienceLines } from "./show.ts";

export const remove = adminCommand(
  {
    name: "audience delete",
    takes: "NAME",
    summary: "take a list out of the store; refused while a flag names it",
    options: { ...breakGlassOption, ...reasonOption },
    examples: ['pilot --reason "pilot is over"'],
  },
  async ({ given, ask, print }) => {
    const [name = ""] = given.values;
    const path = `/api/audiences/${encodeURIComponent(name)}`;
    const answer = await ask({ path, method: "DELETE", shape: audienceChanged });
    print(answer, () => audienceLines(answer));
    return 0;
  },
);
