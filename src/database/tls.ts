// How a connection is kept secret. INVARIANT: a server of another machine is verified, unless somebody wrote that it is not.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { BenchmemError } from '../errors.js';

/** What node's TLS takes. */
export interface Tls {
  /** Whose certificate it must be. */
  readonly host: string;
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
  /** Present if any name is taken. */
  readonly checkServerIdentity?: () => undefined;
}

/** False: in clear text. Throws USAGE for a mode that would send a password in clear text if a server wants that. */
export function tlsOf(
  host: string,
  mode: string | undefined,
  rootCertificate: string | undefined,
): Tls | false {
  switch (mode ?? (isLocal(host) ? 'disable' : 'verify-full')) {
    case 'disable':
      return false;
    case 'no-verify':
      return { host, rejectUnauthorized: false };
    case 'require':
    case 'verify-full':
      return { host, rejectUnauthorized: true, ...certificate(rootCertificate) };
    case 'verify-ca':
      return {
        host,
        rejectUnauthorized: true,
        checkServerIdentity: () => undefined,
        ...certificate(rootCertificate),
      };
    default:
      throw new BenchmemError(
        'USAGE',
        'this sslmode of the database is not taken: it would send the password in clear text to a server that offers no TLS',
        'take verify-full (the default off this machine), verify-ca, no-verify, or disable for clear text',
      );
  }
}

/** True if nothing leaves this machine. */
export function isLocal(host: string): boolean {
  if (host.startsWith('/')) return true;
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '::1' || host.toLowerCase() === 'localhost';
}

function certificate(path: string | undefined): { readonly ca?: string } {
  if (path === undefined || path === 'system') return {};
  try {
    return { ca: readFileSync(path, 'utf8') };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new BenchmemError(
      'USAGE',
      `the root certificate ${path} of the database cannot be read: ${code}`,
      'check sslrootcert, or PGSSLROOTCERT',
    );
  }
}
