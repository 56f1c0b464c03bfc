// A database off this machine's loopback: its server is verified, and nothing is sent in clear text unless that is written out.
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.js';
import { readDatabaseUrl } from '../../src/database/name.js';
import { settingsOf } from '../../src/database/settings.js';
import { certify, hasOpenssl, makeAuthority } from '../support/certificates.js';
import { startCli } from '../support/cli-process.js';
import { type DatabaseProject, hasPostgres, startDatabaseProject } from '../support/database-project.js';

const interfaces = Object.values(os.networkInterfaces()).flatMap((list) => list ?? []);
const address = interfaces.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '';
if (address === '')
  process.stderr.write('database-tls: skipped, because this machine has no address but loopback\n');
const isPossible = address !== '' && hasPostgres('database-tls') && hasOpenssl('database-tls');

let server: DatabaseProject['server'];
let folder: string;
let end = () => {};

/** A URL of the server, by its address and with what else is written out. */
const urlOf = (rest: string, host = address) => server.url().replace('127.0.0.1', host) + rest;
const trusting = (authority: string, rest = '') => `?sslrootcert=${join(folder, authority)}${rest}`;

/** True if the server says that it got the question by TLS. */
async function askOver(url: string): Promise<unknown> {
  const database = await openDatabase(settingsOf(readDatabaseUrl(url, 'the test'), {}));
  try {
    const [row] = await database.ask('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    return row?.[0];
  } finally {
    await database.close();
  }
}

const cli = (url: string, ...argv: string[]) =>
  startCli(argv, { cwd: folder, env: { BENCHMEM_DATABASE_URL: url } }).ended;

describe.skipIf(!isPossible)('a database that is not on loopback', () => {
  beforeAll(async () => {
    const [own, other] = [makeAuthority('own'), makeAuthority('other')];
    const { certificate, key } = certify(own, [`IP:${address}`, 'DNS:localhost']);
    ({ server, folder, end } = await startDatabaseProject('database-tls', {
      files: {
        'server.crt': certificate,
        'server.key': key,
        'hba.conf': 'local all all scram-sha-256\nhost all all all scram-sha-256\n',
      },
      settings: [
        `listen_addresses = '127.0.0.1,${address}'`,
        "hba_file = 'FOLDER/hba.conf'",
        'ssl = on',
        "ssl_cert_file = 'FOLDER/server.crt'",
        "ssl_key_file = 'FOLDER/server.key'",
      ],
    }));
    writeFileSync(join(folder, 'own.crt'), own.certificate);
    writeFileSync(join(folder, 'other.crt'), other.certificate);
  });
  afterAll(() => end());

  it('is used where its certificate is of an authority that is named', async () => {
    expect(await askOver(urlOf(trusting('own.crt')))).toBe(true);
    const { code, stdout } = await cli(urlOf(trusting('own.crt')), 'db', 'migrate');
    expect([code, stdout]).toEqual([0, expect.stringContaining(address)]);
  });

  it.each([
    ['of another authority', () => urlOf(trusting('other.crt')), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['of one that the system does not know', () => urlOf(''), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    [
      'of another authority, whatever its name',
      () => urlOf(trusting('other.crt', '&sslmode=verify-ca')),
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    [
      'of another name',
      () => urlOf(trusting('own.crt', '&sslmode=verify-full'), '127.0.0.1'),
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
  ])('is refused with a certificate %s', async (_what, url, reason) => {
    await expect(askOver(url())).rejects.toMatchObject({
      code: 'DATABASE',
      reason,
      message: expect.stringContaining(`(${reason})`),
      hint: expect.stringMatching(/sslrootcert=FILE|sslmode=verify-ca/),
    });
  });

  it('says what to type where the certificate is not trusted', async () => {
    const { code, stdout, stderr } = await cli(urlOf(trusting('other.crt')), 'history');
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      `benchmem: the database postgres://${address}:${server.port}/postgres has a certificate that is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)\n  hint: name the root certificate with sslrootcert=FILE; sslmode=no-verify goes without a check\n`,
    ]);
  });

  it.each([
    ['any name of an authority', '127.0.0.1', () => trusting('own.crt', '&sslmode=verify-ca'), true],
    ['a name and no address', 'localhost', () => trusting('own.crt', '&sslmode=verify-full'), true],
    ['require, which verifies too', address, () => trusting('own.crt', '&sslmode=require'), true],
    ['no check, where that is written', address, () => '?sslmode=no-verify', true],
    ['clear text, where that is written', address, () => '?sslmode=disable', false],
    ['clear text on loopback', '127.0.0.1', () => '', false],
  ])('goes by %s', async (_what, host, rest, isSecret) => {
    expect(await askOver(urlOf(rest(), host))).toBe(isSecret);
  });

  it('is refused where it offers no TLS, and used in clear text only where that is written', async () => {
    const settings = settingsOf(readDatabaseUrl(server.url(), 'the test'), {});
    const database = await openDatabase(settings);
    await database.ask('ALTER SYSTEM SET ssl = off');
    await database.ask('SELECT pg_reload_conf()');
    while ((await database.ask('SHOW ssl'))[0]?.[0] !== 'off') await pause(20);
    await database.close();
    const refused = { code: 'DATABASE', reason: 'NO_TLS', hint: expect.stringContaining('set TLS up') };
    for (const rest of [trusting('own.crt'), trusting('own.crt', '&sslmode=verify-ca'), '?sslmode=no-verify'])
      await expect(askOver(urlOf(rest))).rejects.toMatchObject(refused);
    expect(await askOver(urlOf('?sslmode=disable'))).toBe(false);
  });
});
