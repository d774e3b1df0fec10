import type { CallError, CallSink, Flow } from "../../src/http/index.ts";

/** What was reported, one word each, in order; data in a row is one word. */
export class Recorder implements CallSink {
  readonly words: string[] = [];
  readonly over = Promise.withResolvers<void>();
  flow: Flow | null = null;
  bytes = 0;
  error: CallError | null = null;
  onStart: () => void = () => undefined;

  requestSent(): void {
    this.words.push("sent");
  }
  informational(status: number): void {
    this.words.push(String(status));
  }
  start(status: number, reason: string, _headers: readonly string[], flow: Flow): void {
    this.words.push(`start ${status} ${reason}`);
    this.flow = flow;
    this.onStart();
  }
  data(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.words.at(-1) !== "data") this.words.push("data");
  }
  end(): void {
    this.words.push("end");
    this.over.resolve();
  }
  failed(error: CallError): void {
    this.words.push(`failed ${error.failure}`);
    this.error = error;
    this.over.resolve();
  }
}
