// Who may ask, and what every answer says to browsers. Pure.
// SAFETY: a page elsewhere can make a browser ask this server, under a name that it points here (DNS rebinding); a request
// that does not name this server's own address, or a name that the user allowed, gets nothing.
import { policy } from '../../dashboard/layout.js';

/** Names that a request may have in its Host, without their port: texts in lower case. */
export function allowedHosts(
  listening: { readonly host: string; readonly address: string },
  named: readonly string[],
  ownAddresses: readonly string[],
): ReadonlySet<string> {
  const isAny = listening.address === '0.0.0.0' || listening.address === '::';
  const addresses = isAny ? [...ownAddresses, '127.0.0.1', '::1'] : [listening.address];
  const own = isAny || isLoopback(listening.address) ? ['localhost', '127.0.0.1', '::1'] : [];
  return new Set([listening.host, ...addresses, ...own, ...named].map((name) => urlHost(name).toLowerCase()));
}

export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

/** A host as it stands in an address: IPv6 in brackets. */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** True for `NAME:PORT` of one of the hosts; the port may be left out where it is the usual one of the web. */
export function isAllowedHost(header: string | undefined, hosts: ReadonlySet<string>, port: number): boolean {
  const match = /^(\[[0-9a-f:.]+\]|[^:/?#@\s]+)(?::(\d{1,5}))?$/i.exec(header ?? '');
  if (match === null) return false;
  const [, name = '', written = '80'] = match;
  return hosts.has(name.toLowerCase()) && Number(written) === port;
}

/** WHY: no-store is set, because pages hold what somebody measured, and change with each saved run. */
export const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy': `${policy}; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};
