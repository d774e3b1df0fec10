/**
 * JSON as WhatsApp sends it: minified, non-ASCII as lower-case `\uXXXX`, `/` as `\/` and `@` as `\u0040`. A signature
 * is over these bytes; parsing and writing them again would break it.
 */
export function encodeWire(value: unknown): Buffer {
  // The slash, the at sign and everything beyond ASCII stand only inside strings.
  const text = JSON.stringify(value).replace(/[/@\u0080-\uffff]/g, (unit) => {
    if (unit === "/") return "\\/";
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return Buffer.from(text, "latin1");
}
