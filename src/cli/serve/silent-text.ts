/** What a candidate that does nothing on a route comes from most often. */
export function silentText(route: string): string {
  return `Route ${route}: candidate does nothing where legacy sends: shared deduplication store?`;
}

export function spokeText(route: string): string {
  return `Route ${route}: the candidate does something again`;
}
