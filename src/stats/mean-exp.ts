/** ln of the mean of exp(x), without overflow. */
export function lnMeanExp(xs: readonly number[]): number {
  const most = Math.max(...xs);
  if (!Number.isFinite(most)) return most;
  return most + Math.log(xs.reduce((sum, x) => sum + Math.exp(x - most), 0) / xs.length);
}
