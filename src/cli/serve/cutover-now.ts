import { http, isNumber } from "../../identify/index.ts";
import type { Route } from "../../model/index.ts";
import { spellingsOf } from "../../whatsapp/index.ts";

export interface CutoverNowOptions {
  readonly routes: readonly Route[];
  /** Whether the flags decide cutover for this shopper on a route. */
  readonly isCutOver: (route: Route, shopper: string) => boolean;
}

/**
 * Whether a recipient is cut over wherever the candidate may be at work for them, however they are spelled there: nothing
 * says for which route an untied call is made. Plain HTTP routes know persons by other ids, and say nothing of a recipient;
 * an id of which no number is known says nothing of whoever is behind it.
 */
export function createCutoverNow({ routes, isCutOver }: CutoverNowOptions): (recipient: string) => boolean {
  const asked = routes.filter(({ candidate, profile }) => candidate !== null && profile.name !== http.name);
  return (recipient) => {
    if (!isNumber(recipient)) return false;
    const shoppers = spellingsOf(recipient);
    return asked.length > 0 && asked.every((route) => shoppers.every((shopper) => isCutOver(route, shopper)));
  };
}
