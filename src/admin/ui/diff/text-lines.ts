/** Lines of two texts beside each other: equal ones, and those of one side alone. null: that side has none there. */
export interface LinePair {
  readonly legacy: string | null;
  readonly candidate: string | null;
}

/** JSON over lines, its numbers and texts as they stand: also where it was cut off. Other texts by their line breaks. */
export function linesIn(text: string): readonly string[] {
  return /^\s*[[{]/.test(text) ? jsonLines(text) : text.split(/\r\n|\r|\n/);
}

function jsonLines(text: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  let depth = 0;
  const turn = (change: number): void => {
    if (line.trim() !== "") lines.push(line);
    depth = Math.max(0, depth + change);
    line = "  ".repeat(depth);
  };
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{},]|[^"[\]{},]+/gs)) {
    if (token === "]" || token === "}") turn(-1);
    line += token === "," || token.startsWith('"') ? token : token.trim().replace(/^:\s*/, ": ");
    if (token === "[" || token === "{") turn(1);
    if (token === ",") turn(0);
  }
  turn(0);
  // What holds nothing is one line.
  return lines.flatMap((one, at) => {
    if (/^\s*[\]}]/.test(one) && isOpening(lines[at - 1])) return [];
    const next = lines[at + 1];
    return isOpening(one) && next !== undefined && /^\s*[\]}]/.test(next) ? [one + next.trim()] : [one];
  });
}

function isOpening(line: string | undefined): boolean {
  return line !== undefined && /[[{]$/.test(line);
}

/** The fewest lines that differ (longest common subsequence); what stands in place of something else stands beside it. */
export function pairLines(legacy: readonly string[], candidate: readonly string[]): readonly LinePair[] {
  const longest = commonLengths(legacy, candidate);
  const pairs: LinePair[] = [];
  let removed: string[] = [];
  let added: string[] = [];
  const flush = (): void => {
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) {
      pairs.push({ legacy: removed[at] ?? null, candidate: added[at] ?? null });
    }
    removed = [];
    added = [];
  };
  let [i, j] = [0, 0];
  for (;;) {
    const [left, right] = [legacy[i], candidate[j]];
    if (left === undefined && right === undefined) break;
    if (left !== undefined && left === right) {
      flush();
      pairs.push({ legacy: left, candidate: right });
      i += 1;
      j += 1;
    } else if (
      right === undefined ||
      (left !== undefined && lengthAt(longest, i + 1, j) >= lengthAt(longest, i, j + 1))
    ) {
      removed.push(left ?? "");
      i += 1;
    } else {
      added.push(right);
      j += 1;
    }
  }
  flush();
  return pairs;
}

/** How long what both have in common is, from each pair of places on. */
function commonLengths(legacy: readonly string[], candidate: readonly string[]): readonly (readonly number[])[] {
  const rows: number[][] = Array.from({ length: legacy.length + 1 }, () =>
    Array.from({ length: candidate.length + 1 }, () => 0),
  );
  for (let i = legacy.length - 1; i >= 0; i -= 1) {
    for (let j = candidate.length - 1; j >= 0; j -= 1) {
      const row = rows[i];
      if (row === undefined) continue;
      row[j] =
        legacy[i] === candidate[j]
          ? lengthAt(rows, i + 1, j + 1) + 1
          : Math.max(lengthAt(rows, i + 1, j), lengthAt(rows, i, j + 1));
    }
  }
  return rows;
}

function lengthAt(rows: readonly (readonly number[])[], i: number, j: number): number {
  return rows[i]?.[j] ?? 0;
}
