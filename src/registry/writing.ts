import { say, type Sentence } from "../lib/sentence.ts";
import type { Following } from "./following.ts";
import type { WriteAnswer, WriteRequest } from "./registry.ts";
import { StoreError } from "./store-error.ts";
import type { Turns } from "./turns.ts";
import { writeTo, type WriteDeps } from "./write.ts";

export interface WritingDeps extends WriteDeps {
  readonly turns: Turns;
  readonly following: Pick<Following, "upStore" | "failed">;
}

export interface Writing {
  write(request: WriteRequest): Promise<WriteAnswer>;
}

/** Writes by order of people, one after the other; refused at once where the store is not up. */
export function createWriting(deps: WritingDeps): Writing {
  const { turns, following } = deps;
  return {
    async write(request) {
      try {
        following.upStore();
      } catch (error) {
        return unavailable(error, NOTHING_WRITTEN);
      }
      return turns.run(async () => {
        try {
          return await writeTo(following.upStore(), request, deps);
        } catch (error) {
          if (error instanceof StoreError) following.failed(error);
          return unavailable(error, restOf(error));
        }
      });
    },
  };
}

const NOTHING_WRITTEN = say("nothing was written", "nada foi gravado");

/** Whoever fell silent may have done it. */
function restOf(error: unknown): Sentence {
  const isSilent = error instanceof StoreError && error.fault === "unreachable";
  return isSilent
    ? say(
        "written whole or not at all: look before you try again",
        "gravado por inteiro ou nada: olhe antes de tentar de novo",
      )
    : NOTHING_WRITTEN;
}

function unavailable(error: unknown, rest: Sentence): WriteAnswer {
  if (!(error instanceof StoreError)) throw error;
  return { kind: "unavailable", why: `${error.message}; ${rest.text}`, pt: `${error.message}; ${rest.pt}` };
}
