/** The values of a field in the order received. `name` is lower case; `rawHeaders` is name, value, name, value. */
export function headerValues(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const candidate = rawHeaders[i];
    const value = rawHeaders[i + 1];
    if (candidate === undefined || value === undefined || candidate.length !== name.length) continue;
    if (candidate === name || candidate.toLowerCase() === name) values.push(value);
  }
  return values;
}
