import type { Following } from "./following.ts";
import { noteSpaces, type Notes, type NoteSpace } from "./notes.ts";
import { textOf, type TellProblem } from "./problems.ts";
import type { Store } from "./store.ts";
import { StoreError } from "./store-error.ts";

/** How long notes of each space go on: until then there may be some, afterwards there are none. */
export type NotedUntil = ReadonlyMap<NoteSpace, number>;

export interface NotingDeps {
  readonly following: Pick<Following, "upStore" | "failed">;
  readonly problem: TellProblem;
}

/** Notes of a store that may not be up: rejected at once then. Notes have no turns, they do not wait for writes of flags. */
export function createNoting({ following, problem }: NotingDeps): Pick<Notes, "put" | "get"> {
  const called = async <T>(operation: string, call: (notes: Notes) => Promise<T>): Promise<T> => {
    const { notes } = following.upStore();
    try {
      const answer = await call(notes);
      problem(operation, null);
      return answer;
    } catch (error) {
      // Flags may be well where notes are not, but nothing is where nobody answers.
      if (isSilent(error)) following.failed(error);
      else problem(operation, textOf(error));
      throw error;
    }
  };
  return {
    put: (notes) => called("write notes", (store) => store.put(notes)),
    get: (space, keys) => called("read notes", (store) => store.get(space, keys)),
  };
}

/** null: it cannot be said, and that is told. */
export async function notedUntil({ notes }: Store, problem: TellProblem): Promise<NotedUntil | null> {
  try {
    const latest = noteSpaces.map(async (space) => [space, await notes.latest(space)] as const);
    const until = new Map(await Promise.all(latest));
    problem("look at notes", null);
    return until;
  } catch (error) {
    if (isSilent(error)) throw error;
    problem("look at notes", textOf(error));
    return null;
  }
}

function isSilent(error: unknown): boolean {
  return error instanceof StoreError && error.fault === "unreachable";
}
