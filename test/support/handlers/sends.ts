import type { RecordedCall } from "../../../src/demo/index.ts";

/** One send as the Graph API got it. */
export interface Said {
  readonly to: string;
  readonly text: string;
}

/** A send of a text as both packages write it: to a number in `to`, to a user id in `recipient`. */
export function saidIn(json: unknown): Said | null {
  const { to, recipient, text } = fieldsOf(json);
  const { body } = fieldsOf(text);
  const whom = typeof to === "string" ? to : recipient;
  return typeof whom === "string" && typeof body === "string" ? { to: whom, text: body } : null;
}

/** Texts that customers got, as `to: text`, sorted. `token`: of one side alone. */
export function heard(calls: readonly RecordedCall[], token?: string): readonly string[] {
  return calls
    .filter(({ authorization }) => token === undefined || authorization === `Bearer ${token}`)
    .flatMap(({ json }) => saidIn(json) ?? [])
    .map(({ to, text }) => `${to}: ${text}`)
    .toSorted();
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
