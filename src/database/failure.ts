// What went wrong with a database, in words that hold no secret: host, port, database and a code.
// SAFETY: what the driver or the server says is never shown, because it may quote what it was given.
import { BenchmemError } from '../errors.js';

/** Something that the database, or the way to it, did not do. */
export class DatabaseError extends BenchmemError {
  /** A code of the system, of TLS or of PostgreSQL. */
  readonly reason: string;

  constructor(message: string, hint: string, reason: string) {
    super('DATABASE', message, hint);
    this.reason = reason;
  }

  /** True if the server gave no answer, so that it may give one the next time. */
  get isUnreachable(): boolean {
    return unreachable.has(this.reason) || /^(08|57P)/.test(this.reason);
  }
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'CONNECTION_LOST',
  '53300',
]);

/** What an error of the driver means; anything else is answered as it is. */
export function databaseFailure(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || error instanceof BenchmemError) return error;
  if (error instanceof TypeError || error instanceof RangeError) return error;
  const reason = reasonOf(error);
  return new DatabaseError(
    `the database ${name} ${whatHappened(reason)} (${reason})`,
    hintFor(reason),
    reason,
  );
}

// WHY: patterns decide, because the driver gives no code to what it finds out by itself.
const patterns: readonly (readonly [RegExp, string])[] = [
  [/timeout|timed out/i, 'ETIMEDOUT'],
  [/terminated|closed|not queryable|unexpectedly/i, 'CONNECTION_LOST'],
  [/does not support SSL/i, 'NO_TLS'],
  [/password must be a/i, 'NO_PASSWORD'],
];

function reasonOf(error: Error): string {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && /^[A-Z0-9_]{3,60}$/.test(code)) return code;
  return patterns.find(([pattern]) => pattern.test(error.message))?.[1] ?? 'UNKNOWN';
}

function whatHappened(reason: string): string {
  if (unreachable.has(reason) || /^(08|57P)/.test(reason)) return 'cannot be reached';
  switch (reason) {
    case '28P01':
    case '28000':
    case 'NO_PASSWORD':
      return 'does not accept this user and password';
    case '3D000':
      return 'does not exist';
    case '42501':
      return 'does not permit this to the role';
    case '25006':
      return 'does not permit writing to the role';
    case '57014':
      return 'took longer than a statement may';
    case '55P03':
      return 'is locked by another saver for too long';
    case '53100':
      return 'has no room left on its disk';
    case 'NO_TLS':
      return 'offers no TLS, and is not on this machine';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'has the certificate of another name';
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return 'has a certificate that is not valid today';
    default:
      return /CERT|TLS|SSL|VERIFY|ISSUER/.test(reason)
        ? 'has a certificate that is not trusted'
        : 'refused what it was asked';
  }
}

function hintFor(reason: string): string {
  switch (whatHappened(reason)) {
    case 'cannot be reached':
      return 'check that the server runs, and that host and port are right';
    case 'does not accept this user and password':
      return 'check user and password in BENCHMEM_DATABASE_URL, or PGUSER and PGPASSWORD';
    case 'does not exist':
      return 'create it with createdb, or correct the name behind the last /';
    case 'does not permit this to the role':
    case 'does not permit writing to the role':
      return 'take a role that may: docs/many-machines.md says which rights a role needs';
    case 'has a certificate that is not trusted':
      return 'name the root certificate with sslrootcert=FILE; sslmode=no-verify goes without a check';
    case 'has the certificate of another name':
      return 'name the server as its certificate does; sslmode=verify-ca takes any name';
    case 'has a certificate that is not valid today':
      return 'renew the certificate of the server, or set the clock of this machine';
    case 'offers no TLS, and is not on this machine':
      return 'set TLS up on the server; sslmode=disable sends everything in clear text';
    default:
      return 'the log of the server says more';
  }
}
