import { WrongUse } from "../command.ts";
import { adminCommand } from "../frame.ts";
import { readInput } from "../input.ts";
import { breakGlassOption, reasonOption } from "../usage.ts";
import { readShoppers } from "./read-shoppers.ts";
import { audienceChanged, audienceLines } from "./show.ts";

/** A list of a million shoppers takes its time. */
const writeMs = 60_000;

export const importAudience = adminCommand(
  {
    name: "audience import",
    takes: "NAME FILE|-",
    summary: "make a stored list of shoppers what a file says",
    about: [
      "FILE (- reads the standard input) has a shopper on each line, or is CSV: --column says which one.",
      "A flag asks for it with audience=NAME: whoever is not in it is off.",
    ],
    options: {
      add: { takes: null, help: "add them, and keep those who are in it" },
      remove: { takes: null, help: "take them out, and keep the others" },
      column: {
        takes: "NAME|N",
        help: "a column of CSV, by its name in the first line, or by number (from 1) where no line has names",
      },
      ...breakGlassOption,
      ...reasonOption,
    },
    examples: ["pilot shoppers.txt", "pilot crm.csv --column phone", 'pilot - --remove --reason "asked to leave"'],
  },
  async (session) => {
    const { given, ask, print, warn } = session;
    const [name = "", file = ""] = given.values;
    if (given.has("add") && given.has("remove")) throw new WrongUse("--add and --remove exclude each other");
    const label = file === "-" ? "standard input" : file;
    const { shoppers, twice } = readShoppers(label, await readInput(file, session), given.text("column"));
    const edit = given.has("add") ? "add" : given.has("remove") ? "remove" : null;
    const answer = await ask({
      path: `/api/audiences/${encodeURIComponent(name)}`,
      method: edit === null ? "PUT" : "PATCH",
      body: { [edit ?? "members"]: shoppers },
      timeoutMs: writeMs,
      shape: audienceChanged,
    });
    print(answer, () => audienceLines(answer));
    if (twice > 0)
      warn(`${twice} ${twice === 1 ? "line names a shopper" : "lines name shoppers"} named before: each counts once`);
    return 0;
  },
);
