/**
 * Says a line on standard output; ends when the line has left this process. Without that a reader that is busy for a moment leaves
 * lines in this process's memory, where a kill takes them: what was done is then known to nobody.
 */
export const say = (line: string): Promise<void> =>
  new Promise((resolve) => process.stdout.write(`${line}\n`, () => resolve()));
