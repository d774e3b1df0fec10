/**
 * The first value of each of these fields of a form (application/x-www-form-urlencoded), by names that need no escapes.
 * The other fields are passed over unread, however many there are. Escapes that are no UTF-8 make a value empty.
 */
export function formFields(body: Uint8Array, names: ReadonlySet<string>): ReadonlyMap<string, string> {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  const found = new Map<string, string>();
  for (let start = 0; start < text.length && found.size < names.size;) {
    const mark = text.indexOf("&", start);
    const end = mark < 0 ? text.length : mark;
    const pair = text.slice(start, end);
    start = end + 1;
    const equals = pair.indexOf("=");
    const name = pair.slice(0, Math.max(equals, 0));
    if (names.has(name) && !found.has(name)) found.set(name, unescaped(pair.slice(equals + 1)));
  }
  return found;
}

function unescaped(text: string): string {
  // Engines keep a piece of a text together with the whole of it; ids outlive the body.
  if (!/[%+]/.test(text)) return Buffer.from(text, "utf16le").toString("utf16le");
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return "";
  }
}
