/**
 * Header fields as flat lists (name, value, name, value, ...) in the order and case received.
 *
 * Hop-by-hop fields are those of RFC 9110 section 7.6.1 and every field that `Connection` names.
 */
export type RawHeaders = readonly string[];

/** Told by length first: most names are let through without being lower-cased. */
function isHopByHop(name: string): boolean {
  switch (name.length) {
    case 2:
      return name.toLowerCase() === "te";
    case 7:
      return name.toLowerCase() === "upgrade";
    case 10: {
      const lower = name.toLowerCase();
      return lower === "connection" || lower === "keep-alive";
    }
    case 16:
      return name.toLowerCase() === "proxy-connection";
    case 17:
      return name.toLowerCase() === "transfer-encoding";
    default:
      return false;
  }
}

/** The names that `Connection` nominates beyond the usual ones; null where there are none, as nearly always. */
function nominated(raw: RawHeaders): ReadonlySet<string> | null {
  let names: Set<string> | null = null;
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]?.length !== 10 || raw[i]?.toLowerCase() !== "connection") continue;
    for (const token of (raw[i + 1] ?? "").split(",")) {
      const name = token.trim().toLowerCase();
      // A field that frames or addresses the message is never dropped on a peer's word.
      if (name === "" || name === "close" || name === "keep-alive" || name === "content-length" || name === "host") {
        continue;
      }
      (names ??= new Set()).add(name);
    }
  }
  return names;
}

/** What is passed on: everything but hop-by-hop fields. */
export function endToEnd(raw: RawHeaders): string[] {
  const named = nominated(raw);
  const out: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? "";
    if (isHopByHop(name) || named?.has(name.toLowerCase()) === true) continue;
    out.push(name, raw[i + 1] ?? "");
  }
  return out;
}

/** The first value of a field; `name` in lower case. */
export function headerValue(raw: RawHeaders, name: string): string | null {
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]?.length === name.length && raw[i]?.toLowerCase() === name) return raw[i + 1] ?? "";
  }
  return null;
}

/** How often a field occurs; `name` in lower case. */
export function headerCount(raw: RawHeaders, name: string): number {
  let count = 0;
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]?.length === name.length && raw[i]?.toLowerCase() === name) count += 1;
  }
  return count;
}

/**
 * The fields of a request on its way to legacy: as received, hop-by-hop fields and `Expect` (answered here, RFC 9110
 * section 10.1.1) removed, `traceparent` replaced in place or added.
 */
export function towardsLegacy(raw: RawHeaders, traceparent: string): string[] {
  const out = endToEnd(raw);
  let placed = false;
  for (let i = 0; i < out.length; i += 2) {
    const length = out[i]?.length;
    if (length === 11 && out[i]?.toLowerCase() === "traceparent") {
      if (placed) {
        out.splice(i, 2);
        i -= 2;
        continue;
      }
      out[i + 1] = traceparent;
      placed = true;
    } else if (length === 6 && out[i]?.toLowerCase() === "expect") {
      out.splice(i, 2);
      i -= 2;
    }
  }
  if (!placed) out.push("traceparent", traceparent);
  return out;
}

/** The fields of a request on its way to the candidate or the twin: `towardsLegacy` without what a client forged. */
export function towardsShadow(raw: RawHeaders, host: string | null, own: readonly string[]): string[] {
  const out: string[] = [];
  const kept = endToEnd(raw);
  for (let i = 0; i < kept.length; i += 2) {
    const name = kept[i] ?? "";
    const lower = name.toLowerCase();
    if (lower === "traceparent" || lower === "expect" || lower.startsWith("x-sombra-")) continue;
    out.push(name, lower === "host" && host !== null ? host : (kept[i + 1] ?? ""));
  }
  out.push(...own);
  return out;
}
