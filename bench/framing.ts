const headEnd = "\r\n\r\n";

export interface Framing {
  /** Gets the head of each message once its body is there too. */
  readonly onMessage: (head: string) => void;
  /** Body length of a message without Content-Length; Infinity: it never completes. */
  readonly lengthWhenMissing: number;
}

/** Cuts a byte stream into HTTP messages by their Content-Length, which is all that the bench sends. */
export function createFraming({ onMessage, lengthWhenMissing }: Framing): (chunk: string | Buffer) => void {
  let received: Buffer = Buffer.alloc(0);

  return (chunk) => {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, "latin1") : chunk;
    received = received.length === 0 ? bytes : Buffer.concat([received, bytes]);
    for (;;) {
      const end = received.indexOf(headEnd);
      if (end < 0) {
        return;
      }
      const head = received.toString("latin1", 0, end);
      const bodyLength = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? lengthWhenMissing);
      const length = end + headEnd.length + bodyLength;
      if (received.length < length) {
        return;
      }
      received = received.subarray(length);
      onMessage(head);
    }
  };
}
