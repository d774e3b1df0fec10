/** Milliseconds on a monotonic clock, with fractions. */
export type Clock = () => number;

export const monotonic: Clock = () => performance.now();
