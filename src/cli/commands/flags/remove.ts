import { adminCommand } from "../frame.ts";
import { breakGlassOption, reasonOption } from "../usage.ts";
import { changedShape } from "./shapes.ts";
import { changeLines } from "./show.ts";

export const kill = adminCommand(
  {
    name: "flags kill",
    takes: "KEY",
    summary: "switch one flag off (enabled=false) and keep the rest of it",
    about: [
      "A route's shadow and dual-run flags cannot be killed: that would cut over. Kill its `enabled` flag.",
      "sombra kill puts everything on legacy.",
    ],
    options: reasonOption,
    examples: ['WHATSAPP_CANONICAL_EVENTS_ENABLED --reason "candidate is slow"'],
  },
  async ({ given, ask, print, look }) => {
    const [key = ""] = given.values;
    const path = `/api/flags/${encodeURIComponent(key)}/kill`;
    const answer = await ask({ path, method: "POST", shape: changedShape });
    print(answer, () => changeLines(answer, look));
    return 0;
  },
);

export const remove = adminCommand(
  {
    name: "flags delete",
    takes: "KEY",
    summary: "take a flag out of the store: environment or default decide",
    about: ["A route's shadow and dual-run flags cannot be deleted: that would cut over."],
    options: {
      "if-version": { takes: "N", help: "only while the flag has this version" },
      ...breakGlassOption,
      ...reasonOption,
    },
    examples: ["f5tts_engine"],
  },
  async ({ given, ask, print, look }) => {
    const [key = ""] = given.values;
    const answer = await ask({
      path: `/api/flags/${encodeURIComponent(key)}`,
      method: "DELETE",
      ifVersion: given.whole("if-version"),
      shape: changedShape,
    });
    print(answer, () => changeLines(answer, look));
    return 0;
  },
);
