/** One thing that was looked at. `fail` speaks against a cutover. */
export interface Check {
  readonly name: string;
  readonly status: "ok" | "warn" | "fail";
  /** A sentence: what was found and, where it is not ok, what to do. */
  readonly text: string;
  /** The same in Brazilian Portuguese. */
  readonly pt?: string | undefined;
}
