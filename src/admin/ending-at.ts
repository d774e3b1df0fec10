/** Server-sent events of a session: the stream says that it is over once it is, and ends. */
export function endingAt(stream: ReadableStream<Uint8Array>, inMs: number): ReadableStream<Uint8Array> {
  const over = new TextEncoder().encode("event: expired\ndata:\n\n");
  let timer: NodeJS.Timeout | undefined;
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      start(to) {
        timer = setTimeout(
          () => {
            to.enqueue(over);
            to.terminate();
          },
          // The longest that a timer takes.
          Math.min(inMs, 2 ** 31 - 1),
        ).unref();
      },
      flush: () => clearTimeout(timer),
    }),
  );
}
