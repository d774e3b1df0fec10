/** Takes what a part holds; null: nobody wants it. */
export type PartReader = ((content: Uint8Array) => void) | null;

/** A part's header is some hundred bytes; what is longer is none, and its part is not read. */
const maxHeaderBytes = 8192;

/**
 * Reads a multipart body (RFC 2046, 5.1) while it goes by; `open` is called with the header of each part. Holds back no
 * more than a header or a delimiter. What it returns says of each chunk whether the body has ended with it as it must: with a
 * closing delimiter, and no header too long.
 */
export function createMultipart(
  boundary: string,
  open: (header: string) => PartReader,
): (chunk: Uint8Array) => boolean {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  let reader: PartReader = null;
  let state: "header" | "content" | "end" = "content";
  // The first delimiter need not follow a line break: one is put before it. What comes before it belongs to no part.
  let held: Buffer = Buffer.from("\r\n");
  let isSound = true;
  let isComplete = false;

  /** Whether it got on. */
  const readContent = (): boolean => {
    const at = held.indexOf(delimiter);
    if (at < 0) {
      const safe = Math.max(0, held.length - delimiter.length + 1);
      reader?.(held.subarray(0, safe));
      held = held.subarray(safe);
      return false;
    }
    reader?.(held.subarray(0, at));
    reader = null;
    held = held.subarray(at + delimiter.length);
    state = "header";
    return true;
  };

  const readHeader = (): boolean => {
    if (held[0] === 0x2d && held[1] === 0x2d) {
      state = "end";
      isComplete = isSound;
      held = Buffer.alloc(0);
      return false;
    }
    const at = held.indexOf("\r\n\r\n");
    if (at < 0 && held.length <= maxHeaderBytes) return false;
    isSound &&= at >= 0;
    reader = at < 0 ? null : open(held.toString("latin1", 0, at));
    if (at >= 0) held = held.subarray(at + 4);
    state = "content";
    return true;
  };

  return (chunk) => {
    if (state === "end") return isComplete;
    held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
    let more = true;
    while (more) more = state === "header" ? readHeader() : readContent();
    return isComplete;
  };
}
