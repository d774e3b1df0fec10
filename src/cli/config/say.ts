/** Credentials and query strings of addresses, and runs of digits as long as a phone number. */
const MAY_BE_PRIVATE = /[@?#]|\d{8}/;

const MAX_SHOWN_CHARACTERS = 60;

/** What a setting is, for an error message. Never shows what may be a secret or a person. */
export function showValue(value: unknown): string {
  if (value === null) {
    return "is empty";
  }
  if (typeof value === "string") {
    return MAY_BE_PRIVATE.test(value) ? "is text that may be private (not shown)" : `is ${quote(value)}`;
  }
  if (typeof value === "number" || typeof value === "boolean") {
    return `is ${value}`;
  }
  return Array.isArray(value) ? "is a list" : "is a map";
}

/** The name of an option or flag that somebody wrote, for an error message. */
export function showName(name: string): string {
  return MAY_BE_PRIVATE.test(name) ? "a name that may be private (not shown)" : quote(name);
}

export function quote(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}...` : text);
}

/** `"a", "b" or "c"`. */
export function oneOf(words: readonly string[]): string {
  const quoted = words.map(quote);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

/** `, did you mean "x"` where a known word is near, else "". */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === null ? "" : `, did you mean ${quote(near)}`;
}

/** The known word that takes the fewest edits, if that is at most a third of the longer of the two. */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let fewest = Infinity;
  for (const candidate of known) {
    const longer = Math.max(word.length, candidate.length);
    const needed = longer > 100 ? Infinity : edits(word.toLowerCase(), candidate.toLowerCase());
    if (needed < fewest && needed * 3 <= longer) {
      best = candidate;
      fewest = needed;
    }
  }
  return best;
}

/** Levenshtein distance. */
function edits(from: string, to: string): number {
  const target = Array.from(to);
  let row = [0, ...target.map((_, column) => column + 1)];
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (const [column, other] of target.entries()) {
      const replaced = (row[column] ?? 0) + Number(letter !== other);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[target.length] ?? 0;
}
