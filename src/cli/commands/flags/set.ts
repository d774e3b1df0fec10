import { adminCommand } from "../frame.ts";
import { breakGlassOption, reasonOption } from "../usage.ts";
import { parseAssignments } from "./assignments.ts";
import { changedShape } from "./shapes.ts";
import { changeLines } from "./show.ts";

export const set = adminCommand(
  {
    name: "flags set",
    takes: "KEY NAME=VALUE...",
    summary: "change fields of a flag; the others keep their values",
    about: [
      "",
      "  enabled=true|false|null   false: off for everybody; null: lists and percent decide alone",
      "  percent=5|null            0 to 100, at most three decimals",
      "  allowlist=a,b|null        a closed list; empty: nobody; null: no list",
      "  denylist=a,b  forceOn=a,b",
      "  audience=NAME|null        a stored list, see sombra audience",
      "  default=true|false  salt=TEXT|null  bucketing=murmur3|md5",
      `  settings='{"k": 1}'  description=TEXT`,
    ],
    options: {
      "if-version": { takes: "N", help: "only while the flag has this version" },
      ...breakGlassOption,
      ...reasonOption,
    },
    examples: [
      "WHATSAPP_CANONICAL_EVENTS_ENABLED enabled=true percent=5",
      'WHATSAPP_ROUTING_ENABLED allowlist=15550100001,15550100002 --reason "pilot shops"',
      "WHATSAPP_ROUTING_ENABLED percent=50 --if-version 7",
    ],
  },
  async ({ given, ask, print, look }) => {
    const [key = "", ...assignments] = given.values;
    const body = parseAssignments(assignments);
    const answer = await ask({
      path: `/api/flags/${encodeURIComponent(key)}`,
      method: "PATCH",
      body,
      ifVersion: given.whole("if-version"),
      shape: changedShape,
    });
    print(answer, () => changeLines(answer, look));
    return 0;
  },
);
