/** The share of a normal distribution below so many standard deviations, to fifteen digits (Marsaglia 2004). */
export function normalBelow(deviations: number): number {
  if (deviations < -8) return 0;
  if (deviations > 8) return 1;
  let [sum, term, before] = [deviations, deviations, 0];
  for (let n = 3; sum !== before; n += 2) {
    term *= deviations ** 2 / n;
    before = sum;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-(deviations ** 2) / 2)) / Math.sqrt(2 * Math.PI);
}
