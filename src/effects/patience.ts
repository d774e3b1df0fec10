/** What a wait looks at when its time is up. */
export interface Waited {
  /** Grows with everything that moves. */
  progress(): number;
  /** Whether it is the caller who is slow. */
  awaited(): boolean;
}

/** Calls `out` when nothing has moved for so long, once; 0: never. Returns what ends the wait. */
export function startPatience(maxMs: number, waited: Waited, out: () => void): () => void {
  if (maxMs === 0) return () => undefined;
  let seen = waited.progress();
  const look = (): void => {
    const now = waited.progress();
    if (now === seen && !waited.awaited()) return out();
    seen = now;
    timer.refresh();
  };
  const timer = setTimeout(look, maxMs);
  timer.unref();
  return () => clearTimeout(timer);
}
