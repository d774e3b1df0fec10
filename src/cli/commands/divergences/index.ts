/** `sombra divergences`: what differs, and what people say of it. */
import type { Command } from "../command.ts";
import { look } from "./look.ts";
import { triage } from "./triage.ts";

export const divergences: Command = {
  run(context) {
    const [first, ...rest] = context.arguments;
    return first === "triage" ? triage.run({ ...context, arguments: rest }) : look.run(context);
  },
};
