import { adminCommand } from "../frame.ts";
import { flagShape } from "./shapes.ts";
import { flagLines } from "./show.ts";

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
    print(flag, () => flagLines(flag, look));
    return 0;
  },
);
