import type { Trial } from "../../../compare/index.ts";

export interface BlindnessDeps {
  readonly alarm: (alarm: string, message: string) => void;
  readonly alarmOver: (alarm: string, message: string) => void;
}

/** Says once what keeps the comparison of a route from seeing, and that it sees again. */
export interface Blindness {
  saw(route: string, trial: Trial, sensitivity: number): void;
}

const alarm = "comparison-blind";

export function createBlindness({ alarm: raise, alarmOver }: BlindnessDeps): Blindness {
  const told = new Map<string, Set<string>>();
  return {
    saw(route, trial, sensitivity) {
      if (trial.found === null) return;
      const known = told.get(route) ?? new Set();
      if (trial.found) {
        if (known.size === 0 || sensitivity < 1) return;
        told.delete(route);
        return alarmOver(alarm, `Route ${route}: the comparison finds what is planted again`);
      }
      const culprit = culpritOf(trial);
      if (known.has(culprit)) return;
      told.set(route, known.add(culprit));
      raise(alarm, `Route ${route}: ${culprit} hides a planted difference (${trial.what} at ${trial.place})`);
    },
  };
}

function culpritOf({ hiddenBy }: Extract<Trial, { found: false }>): string {
  switch (hiddenBy.by) {
    case "rule":
      return `rule ${hiddenBy.rule}`;
    case "class":
      return `the noise class ${hiddenBy.class}`;
    case "comparison":
      return "the comparison itself";
  }
}
