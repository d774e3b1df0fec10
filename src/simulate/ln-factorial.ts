const known: number[] = [0];
for (let n = 1; n < 256; n += 1) known.push((known[n - 1] ?? 0) + Math.log(n));

/** The logarithm of n!, to twelve digits: Stirling's series where it is not tabled. */
export function lnFactorial(n: number): number {
  const found = known[n];
  if (found !== undefined) return found;
  const square = n * n;
  return (
    (n + 0.5) * Math.log(n) - n + Math.log(2 * Math.PI) / 2 + (1 / 12 - (1 / 360 - 1 / (1260 * square)) / square) / n
  );
}
