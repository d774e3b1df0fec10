import { isWrong, variable } from "./errors.ts";
import type { Findings, Place } from "./errors.ts";
import { collide, isLoopback, pointsAt } from "./hosts.ts";
import type { PlacedRoute } from "./routes.ts";
import { quote, showName, showValue } from "./say.ts";
import { sendsUnheld } from "./sends.ts";
import type { PlacedUrl } from "./sides.ts";
import type { Config, Listen } from "./types.ts";

export interface Planes {
  readonly data: Listen;
  readonly admin: Listen;
  readonly egress: Listen;
}

/** In the ledger, what no route matches. */
const UNMATCHED = "unmatched";

/** Each plane has a port of its own. */
export function checkPlanes({ data, admin, egress }: Planes, findings: Findings): void {
  const ports = [
    { name: "SOMBRA_PORT", listen: data },
    { name: "SOMBRA_ADMIN_PORT", listen: admin },
    { name: "SOMBRA_EGRESS_PORT", listen: egress },
  ];
  for (const [index, { name, listen }] of ports.entries()) {
    const other = ports.slice(0, index).find((one) => collide(one.listen, listen));
    if (other !== undefined && !isWrong(name, findings) && !isWrong(other.name, findings)) {
      const text = `is ${listen.port}, must differ from ${other.name}`;
      findings.problems.push({ place: variable(name), text });
    }
  }
}

/** The admin port is open without a token on loopback only. */
export function checkAccess({ host, tokens }: Pick<Config["admin"], "host" | "tokens">, findings: Findings): void {
  if (tokens.length === 0 && !isLoopback(host) && !isWrong("SOMBRA_ADMIN_TOKEN", findings)) {
    const text = `is not set, must be set while SOMBRA_ADMIN_HOST is not loopback (it is ${quote(host)}), or a file of tokens named by SOMBRA_ADMIN_TOKENS`;
    findings.problems.push({ place: variable("SOMBRA_ADMIN_TOKEN"), text });
  }
}

/** Names and paths are given once: they say whose a delivery is. */
export function checkNames(routes: readonly PlacedRoute[], { problems }: Findings): void {
  const names = new Set([UNMATCHED]);
  const paths = new Set<string>();
  for (const { route, placeOf } of routes) {
    if (names.has(route.name)) {
      const why = route.name === UNMATCHED ? "another: this is what no route matches" : "given once";
      problems.push({ place: placeOf("name"), text: `name of a route is ${quote(route.name)}, must be ${why}` });
    }
    if (paths.has(route.path)) {
      const text = `path of route ${quote(route.name)} is ${showName(route.path)}, must be given once`;
      problems.push({ place: placeOf("match", "path"), text });
    }
    names.add(route.name);
    paths.add(route.path);
  }
}

/** No side of a route is another side of it, or Sombra itself. */
export function checkSides(routes: readonly PlacedRoute[], planes: Planes, { problems }: Findings): void {
  for (const { sides } of routes) {
    const seen = new Map<string, string>();
    for (const side of ["legacy", "candidate", "twin"] as const) {
      const placed = sides[side];
      if (placed === null) {
        continue;
      }
      const other = seen.get(placed.url);
      if (other !== undefined) {
        problems.push(
          wrongUrl(placed, `must differ from the ${other} address: no handler acts on the same message twice`),
        );
      }
      const plane = planeAt(placed.url, planes);
      if (plane !== null) {
        problems.push(wrongUrl(placed, `must be a handler: this is Sombra's own ${plane} port`));
      }
      seen.set(placed.url, side);
    }
  }
}

/** Released calls would go round in circles. */
export function checkOutside(
  upstream: PlacedUrl,
  planes: Planes,
  { mustBe, findings }: { readonly mustBe: string; readonly findings: Findings },
): void {
  const plane = planeAt(upstream.url, planes);
  if (plane !== null) {
    findings.problems.push(wrongUrl(upstream, `must be ${mustBe}: this is Sombra's own ${plane} port`));
  }
}

/** Where bodies are kept there is room for the largest of any route. */
export function checkMemory(routes: readonly PlacedRoute[], bodyBytes: number, { problems }: Findings): void {
  for (const { route, placeOf } of routes) {
    if (route.maxBodyBytes > bodyBytes) {
      const text = `maxBodyBytes of route ${quote(route.name)} is ${route.maxBodyBytes}, must be at most memory.bodyBytes (${bodyBytes})`;
      problems.push({ place: placeOf("maxBodyBytes"), text });
    }
  }
}

/** The egress does not know whose call it answers: it makes up the answers of all WhatsApp routes or of none. */
export function checkProfiles(routes: readonly PlacedRoute[], { problems }: Findings): void {
  const simulated = routes.some(({ route }) => route.profile === "simulated");
  for (const { route, placeOf } of routes) {
    if (simulated && route.profile !== "simulated" && route.profile !== "http") {
      const text = `profile of route ${quote(route.name)} is ${quote(route.profile)}, must be "simulated" on all WhatsApp routes or on none`;
      problems.push({ place: placeOf("profile"), text });
    }
  }
}

/** Refused it cannot be: a candidate that answers by its response, or sends nothing while shadowed, is sound. */
export function noteUnheldSends(routes: readonly PlacedRoute[], { warnings }: Findings): void {
  for (const { route } of routes.filter((placed) => sendsUnheld(placed.route))) {
    warnings.push(
      `what the candidate of route ${quote(route.name)} sends is NOT held: profile ${quote(route.profile)} has an API of its own, which does not come by the egress; before anything is mirrored, see to it that a shadowed candidate cannot write to customers (docs/handlers.md)`,
    );
  }
}

function planeAt(url: string, planes: Planes): string | null {
  const here = (["data", "admin", "egress"] as const).find((plane) => pointsAt(url, planes[plane]));
  return here ?? null;
}

function wrongUrl({ url, place, option }: PlacedUrl, mustBe: string): { place: Place; text: string } {
  return { place, text: `${option}${option === "" ? "" : " "}${showValue(url)}, ${mustBe}` };
}
