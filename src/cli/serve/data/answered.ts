import type { KeyedHash } from "../../../compare/index.ts";
import type { AnsweredItems } from "../../../mirror/index.ts";
import type { Route } from "../../../model/index.ts";
import type { NotesLink } from "../registry/notes-link.ts";

/** The provider delivers for so long (WHATSAPP.md 1.3). */
const keptMs = 7 * 24 * 60 * 60 * 1_000;

/** The provider waits some seconds for its answer, and some of the shoppers it is of may not even be cut over. */
const readMs = 1_000;
/** After a look-up that came to nothing nobody waits for the next one for so long. */
const restMs = 5_000;
const writeMs = 2_000;

/** Items that got a 200 which did not reach the provider. */
export function createAnswered(deps: {
  readonly notes: NotesLink;
  /** The one to note by first: by the others something may be noted from before. */
  readonly hashes: () => readonly KeyedHash[];
  readonly maybeTwice: (route: Route) => void;
}): AnsweredItems & { readonly record: (route: Route, ids: readonly (string | null)[]) => Promise<void> } {
  const { notes, hashes, maybeTwice } = deps;
  const keysOf = (route: string, id: string): readonly string[] => hashes().map((hash) => hash(`${route}\n${id}`));
  let restsUntilMs = 0;
  return {
    mayHold: () => notes.latest("answered") > Date.now(),
    async among(route, ids) {
      const byKey = new Map(ids.flatMap((id) => keysOf(route, id).map((key) => [key, id] as const)));
      const nowMs = performance.now();
      if (nowMs < restsUntilMs) return null;
      const found = await notes.get("answered", [...byKey.keys()], readMs);
      if (found === null) {
        restsUntilMs = performance.now() + restMs;
        return null;
      }
      return new Set([...found.keys()].flatMap((key) => byKey.get(key) ?? []));
    },
    async record(route, ids) {
      const known = ids.filter((id) => id !== null);
      const untilMs = Date.now() + keptMs;
      const written = await notes.put(
        known.map((id) => ({ space: "answered", key: keysOf(route.name, id)[0] ?? "", value: "200", untilMs })),
        writeMs,
      );
      if (!written || known.length < ids.length) maybeTwice(route);
    },
  };
}
