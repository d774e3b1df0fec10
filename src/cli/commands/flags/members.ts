import { adminCommand, type UsedCommand } from "../frame.ts";
import { breakGlassOption, reasonOption } from "../usage.ts";
import { changedShape } from "./shapes.ts";
import { changeLines } from "./show.ts";

interface ListCommand {
  readonly name: string;
  readonly list: "allowlist" | "denylist" | "forceOn";
  readonly summary: string;
  readonly about: readonly string[];
}

function listCommand({ name, list, summary, about }: ListCommand): UsedCommand {
  return adminCommand(
    {
      name: `flags ${name}`,
      takes: "KEY SHOPPER...",
      summary,
      about,
      options: { remove: { takes: null, help: "take them off the list" }, ...breakGlassOption, ...reasonOption },
      examples: [
        "WHATSAPP_ROUTING_ENABLED 15550100001 15550100002",
        'WHATSAPP_ROUTING_ENABLED 15550100001 --remove --reason "pilot is over"',
      ],
    },
    async ({ given, ask, print, look }) => {
      const [key = "", ...shoppers] = given.values;
      const answer = await ask({
        path: `/api/flags/${encodeURIComponent(key)}/members`,
        method: "POST",
        body: { list, [given.has("remove") ? "remove" : "add"]: [...new Set(shoppers)] },
        shape: changedShape,
      });
      print(answer, () => changeLines(answer, look));
      return 0;
    },
  );
}

export const allow = listCommand({
  name: "allow",
  list: "allowlist",
  summary: "put shoppers on the allowlist, a closed list",
  about: ["Whoever is not on it is off. A list that loses its last shopper lets nobody in."],
});

export const deny = listCommand({
  name: "deny",
  list: "denylist",
  summary: "put shoppers on the denylist: the flag is off for them",
  about: ["It wins over every other list and over percent."],
});

export const forceOn = listCommand({
  name: "force-on",
  list: "forceOn",
  summary: "put shoppers on the list that adds shoppers and excludes nobody",
  about: ["The flag is on for them whatever audience, allowlist and percent say."],
});
