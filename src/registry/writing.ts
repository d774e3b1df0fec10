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
        return unavailable(error, "nothing was written");
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

/** Whoever fell silent may have done it. */
function restOf(error: unknown): string {
  const isSilent = error instanceof StoreError && error.fault === "unreachable";
  return isSilent ? "written whole or not at all: look before you try again" : "nothing was written";
}

function unavailable(error: unknown, rest: string): WriteAnswer {
  if (!(error instanceof StoreError)) throw error;
  return { kind: "unavailable", why: `${error.message}; ${rest}` };
}
