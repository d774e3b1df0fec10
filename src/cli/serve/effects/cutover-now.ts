import { http, isNumber } from "../../../identify/index.ts";
import type { Route } from "../../../model/index.ts";
import { spellingsOf } from "../../../whatsapp/index.ts";

export interface CutoverNowOptions {
  readonly routes: readonly Route[];
  /** Whether the flags decide cutover for this shopper on a route. */
  readonly isCutOver: (route: Route, shopper: string) => boolean;
}

/**
 * Whether a recipient is cut over wherever the candidate may be at work for them, however they are spelled there: nothing
 * says for which route an untied call is made. Plain HTTP routes know persons by other ids, and say nothing of a recipient;
 * an id of which no number is known says nothing of whoever is behind it. Where a route decides by other ids than numbers, it
 * has to say whose a number is.
 */
export function createCutoverNow({ routes, isCutOver }: CutoverNowOptions): (recipient: string) => boolean {
  const asked = routes.filter(({ candidate, profile }) => candidate !== null && profile.name !== http.name);
  const isCut = (route: Route, number: string): boolean => {
    const shopper = route.profile.shopperOf(number);
    return shopper !== null && isCutOver(route, shopper);
  };
  return (recipient) => {
    if (!isNumber(recipient)) return false;
    const numbers = spellingsOf(recipient);
    return asked.length > 0 && asked.every((route) => numbers.every((number) => isCut(route, number)));
  };
}
