import { textOf, type TellProblem } from "./problems.ts";
import type { View } from "./registry.ts";
import { within } from "./wait.ts";

/** Hands views to those who go by them. */
export interface PassingOn {
  /** The first one waits for `begin`. */
  pass(view: View): void;
  begin(view: View): void;
  /** Resolves once everybody goes by the newest, and at the latest after so long. */
  inForce(maxMs: number): Promise<void>;
}

export function createPassingOn(onView: (view: View) => Promise<void> | void, problem: TellProblem): PassingOn {
  let begun = false;
  let newest: Promise<void> = Promise.resolve();
  const hand = async (view: View): Promise<void> => {
    try {
      await onView(view);
    } catch (error) {
      problem("view", `what is in force could not be passed on: ${textOf(error)}`);
    }
  };
  return {
    pass(view) {
      if (begun) newest = hand(view);
    },
    begin(view) {
      begun = true;
      newest = hand(view);
    },
    inForce: async (maxMs) => void (await within(newest, maxMs)),
  };
}
