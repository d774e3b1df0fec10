import { en, joined, pt, say, type Sentence } from "../../lib/sentence.ts";

/** At least one of them. */
export interface Bounds {
  readonly min: number | null;
  readonly max: number | null;
}

export function isWithin(value: number, { min, max }: Bounds): boolean {
  return (min === null || value >= min) && (max === null || value <= max);
}

/** `at least 20 and at most 40`. */
export function boundsText({ min, max }: Bounds): Sentence {
  const least = min === null ? null : say(`at least ${en.figure(min)}`, `no mínimo ${pt.figure(min)}`);
  const most = max === null ? null : say(`at most ${en.figure(max)}`, `no máximo ${pt.figure(max)}`);
  if (least === null || most === null)
    return joined(
      [least, most].filter((bound) => bound !== null),
      "",
    );
  return say(`${least.text} and ${most.text}`, `${least.pt} e ${most.pt}`);
}
