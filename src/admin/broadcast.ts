type Stream = ReadableStreamDefaultController<Uint8Array>;

/** One text for many readers of server-sent events, each a stream of its own that ends when its reader goes. */
export interface Broadcast {
  readonly size: () => number;
  /** A stream that begins with a text of its own. */
  readonly join: (greeting: string) => ReadableStream<Uint8Array>;
  /** Takes the place of texts before it that a slow reader had no room for. */
  readonly send: (text: string) => void;
}

export interface BroadcastOptions {
  /** Proxies end connections on which nothing comes for a minute, some after half of one. */
  readonly heartbeatMs?: number;
  /** Sent when nothing else is; without it a comment, which programs do not see. */
  readonly heartbeat?: string;
  /** With so many bytes waiting for it a reader that does not read gets no more; once it reads, the newest text. */
  readonly maxWaitingBytes?: number;
}

export function createBroadcast(options: BroadcastOptions): Broadcast {
  const { heartbeatMs = 15_000, maxWaitingBytes = 16_384 } = options;
  const encoder = new TextEncoder();
  const heartbeat = encoder.encode(options.heartbeat ?? ": still here\n\n");
  const streams = new Set<Stream>();
  const behind = new WeakSet<Stream>();
  let newest: Uint8Array = heartbeat;
  let beating: ReturnType<typeof setInterval> | undefined;

  const offer = (stream: Stream, bytes: Uint8Array): boolean => {
    if ((stream.desiredSize ?? 0) <= 0) return false;
    stream.enqueue(bytes);
    return true;
  };
  const add = (stream: Stream): void => {
    streams.add(stream);
    beating ??= setInterval(() => streams.forEach((each) => void offer(each, heartbeat)), heartbeatMs).unref();
  };
  const remove = (stream: Stream): void => {
    streams.delete(stream);
    if (streams.size > 0) return;
    clearInterval(beating);
    beating = undefined;
  };
  return {
    size: () => streams.size,
    join(greeting) {
      let mine: Stream | undefined;
      return new ReadableStream<Uint8Array>(
        {
          start(stream) {
            mine = stream;
            add(stream);
            stream.enqueue(encoder.encode(greeting));
          },
          pull(stream) {
            if (behind.delete(stream)) stream.enqueue(newest);
          },
          cancel() {
            if (mine !== undefined) remove(mine);
          },
        },
        new ByteLengthQueuingStrategy({ highWaterMark: maxWaitingBytes }),
      );
    },
    send(text) {
      newest = encoder.encode(text);
      for (const stream of streams) if (!offer(stream, newest)) behind.add(stream);
    },
  };
}
