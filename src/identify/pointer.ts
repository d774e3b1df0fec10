const arrayIndex = /^(?:0|[1-9]\d*)$/;

/** The reference tokens of a JSON pointer (RFC 6901); null when it is none. */
export function parsePointer(text: string): readonly string[] | null {
  if (text === "") return [];
  if (!text.startsWith("/") || /~(?![01])/.test(text)) return null;
  return text
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value a pointer names; undefined when there is none. Own members only: `/constructor/name` names nothing. */
export function valueAt(value: unknown, tokens: readonly string[]): unknown {
  let at: unknown = value;
  for (const token of tokens) {
    if (Array.isArray(at)) at = arrayIndex.test(token) ? at[Number(token)] : undefined;
    else at = hasMember(at, token) ? at[token] : undefined;
  }
  return at;
}

function hasMember(value: unknown, name: string): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name);
}
