import { createSilence, type ItemEffects, type Silence } from "../../../mirror/index.ts";
import { silentText, spokeText } from "./silent-text.ts";

export interface SilencesDeps {
  readonly alarm: (alarm: string, message: string) => void;
  /** What an alarm was about is so no more. */
  readonly alarmOver: (alarm: string, message: string) => void;
}

/** Whether the candidate of each route does anything where legacy sends. */
export interface Silences {
  /** What both sides did for an item that is compared. */
  readonly saw: (route: string, effects: Pick<ItemEffects, "legacy" | "candidate">) => void;
  readonly isSilent: (route: string) => boolean;
}

const alarm = "candidate-silent";

export function createSilences({ alarm: raise, alarmOver }: SilencesDeps): Silences {
  const byRoute = new Map<string, Silence>();
  const silent = new Set<string>();
  const silenceOf = (route: string): Silence => {
    const known = byRoute.get(route) ?? createSilence();
    byRoute.set(route, known);
    return known;
  };
  return {
    saw(route, { legacy, candidate }) {
      if (!legacy.some(({ operation }) => operation === "send")) return;
      switch (silenceOf(route).item(candidate.length > 0)) {
        case "raised":
          silent.add(route);
          return raise(alarm, silentText(route).text);
        case "cleared":
          silent.delete(route);
          return alarmOver(alarm, spokeText(route));
        case null:
      }
    },
    isSilent: (route) => silent.has(route),
  };
}
