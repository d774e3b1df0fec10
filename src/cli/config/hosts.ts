import { isIPv4 } from "node:net";

import type { Listen } from "./types.ts";

/** Whether only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  const address = host.replace(/^::ffff:/i, "");
  return host === "localhost" || host === "::1" || (isIPv4(address) && address.startsWith("127."));
}

/** Whether two listeners would be in each other's way. */
export function collide(a: Listen, b: Listen): boolean {
  return a.port !== 0 && a.port === b.port && overlap(a.host, b.host);
}

/** Whether an address is that of a listener here, as far as its text shows. */
export function pointsAt(address: string, { host, port }: Listen): boolean {
  const url = new URL(address);
  const name = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const usual = url.protocol === "https:" ? 443 : 80;
  return Number(url.port || usual) === port && (name === host || (isHere(name) && overlap(name, host)));
}

function isHere(host: string): boolean {
  return isLoopback(host) || isWildcard(host);
}

function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** "localhost" may be any loopback address. */
function overlap(a: string, b: string): boolean {
  const named = [a, b].includes("localhost") && isLoopback(a) && isLoopback(b);
  return a === b || isWildcard(a) || isWildcard(b) || named;
}
