/** Whose divergences are being written down. */
export interface Subject {
  readonly route: string;
  readonly itemKind: string;
}
