import { CommandError } from "../command.ts";
import { adminCommand, type Session } from "../frame.ts";
import { flagShape, type ToldFlag } from "./shapes.ts";
import { flagLines } from "./show.ts";
import { wholeFlags } from "./whole.ts";

export const get = adminCommand(
  {
    name: "flags get",
    takes: "KEY",
    summary: "one flag, with its lists",
    examples: ["WHATSAPP_CANONICAL_EVENTS_ENABLED", "WHATSAPP_DUAL_RUN --json"],
  },
  async ({ given, ask, print, look }) => {
    const [key = ""] = given.values;
    const flag = await ask({ path: `/api/flags/${encodeURIComponent(key)}`, shape: flagShape });
    const told = given.has("json") && flag.members_truncated === true ? await whole(ask, flag) : flag;
    print(told, () => flagLines(told, look));
    return 0;
  },
);

/** By its key: it may have been asked for by its alias. */
async function whole(ask: Session["ask"], { key }: ToldFlag): Promise<ToldFlag> {
  const { flags } = await wholeFlags(ask, (flag) => flag.key === key);
  const found = flags.find((flag) => flag.key === key);
  if (found === undefined) throw new CommandError(`${key} was removed meanwhile`);
  return found;
}
