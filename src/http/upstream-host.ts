import { isIP } from "node:net";

/** The host to connect to: IPv6 addresses without their brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/**
 * The name in the TLS handshake and on the certificate: the upstream's, whatever `host` the request carries on. null for
 * IP addresses, which have none (RFC 6066 section 3).
 */
export function servernameOf(url: URL): string | null {
  const host = hostOf(url);
  return isIP(host) === 0 ? host : null;
}
