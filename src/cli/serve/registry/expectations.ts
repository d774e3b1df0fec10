import { documentsOf, readTriage, type Documents } from "../../../flags/index.ts";

/** A group that is marked as expected. */
export interface Expectation {
  readonly signature: string;
  /** Milliseconds since the epoch; null: for good. */
  readonly until: number | null;
}

/** What the documents mark as expected, as it changes; null: it is as it was last time. */
export function createStoredExpectations(): (documents: Documents) => readonly Expectation[] | null {
  let known: Documents | null = null;
  let last = "[]";
  return (documents) => {
    if (documents === known) return null;
    known = documents;
    const expectations = [...documentsOf(documents, "triage")].flatMap(
      ([signature, document]): readonly Expectation[] => {
        const mark = readTriage(document);
        if (mark?.state !== "expected") return [];
        return [{ signature, until: mark.until === null ? null : Date.parse(mark.until) }];
      },
    );
    const text = JSON.stringify(expectations);
    if (text === last) return null;
    last = text;
    return expectations;
  };
}

/** The signatures that are expected now. */
export interface Expected extends Pick<ReadonlySet<string>, "has"> {
  readonly set: (expectations: readonly Expectation[]) => void;
}

/** `now`: milliseconds since the epoch. */
export function createExpected(now: () => number): Expected {
  let known: ReadonlyMap<string, number | null> = new Map();
  return {
    has(signature) {
      const until = known.get(signature);
      return until !== undefined && (until === null || now() < until);
    },
    set(expectations) {
      known = new Map(expectations.map(({ signature, until }) => [signature, until]));
    },
  };
}
