// What names a database and its secrets, and texts as PostgreSQL keeps them: without a server.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRuns } from '../../src/cli/push/files.js';
import type { World } from '../../src/cli/world.js';
import { databaseAccess } from '../../src/database/access.js';
import { takeEnvironment, valuesIn } from '../../src/database/environment.js';
import { databaseFailure } from '../../src/database/failure.js';
import { type OpenColumn, put, SharedRows } from '../../src/database/figure-columns.js';
import { migrations, schemaVersion } from '../../src/database/migrations.js';
import { namesDatabase, readDatabaseUrl } from '../../src/database/name.js';
import { passwordIn } from '../../src/database/password-file.js';
import { settingsOf } from '../../src/database/settings.js';
import { digestOf, storedText, textFrom } from '../../src/database/stored-text.js';
import { isLocal, tlsOf } from '../../src/database/tls.js';

describe('a name of a database', () => {
  it.each([
    ['postgres:', true],
    ['postgresql://host/db', true],
    ['POSTGRES://host/db', true],
    ['postgres', false],
    ['.benchmarks', false],
    ['./postgres:', false],
    [undefined, false],
  ])('is told from a folder: %s', (storage, is) => expect(namesDatabase(storage)).toBe(is));

  it.each([
    ['postgres:', {}],
    ['postgres:?project=web', { project: 'web' }],
    ['postgres://h', { host: 'h' }],
    [
      'postgres://u:p%40%3A@h:7/d?sslmode=disable',
      { host: 'h', port: '7', database: 'd', user: 'u', password: 'p@:', sslmode: 'disable' },
    ],
    ['postgresql://[::1]/d', { host: '::1', database: 'd' }],
    ['postgres:///d?host=/run/postgresql', { host: '/run/postgresql', database: 'd' }],
  ])('says what stands in it: %s', (text, found) => expect(readDatabaseUrl(text, 'X')).toEqual(found));

  it.each([
    'postgres://u:1/2@h/d',
    'postgres://u:1#2@h/d',
    'postgres://u:1?2@h/d',
    'postgres://h/d/e',
    'postgres://h/d#x',
    'postgres://h/%zz',
    'postgres://u:%zz@h/d',
    'postgres:d',
    'postgres://h/d?sslmode=disable&sslmode=require',
    'postgres://h/d?project=../x',
    'postgres://h/d?application_name=x',
    'http://h/d',
    '',
  ])('is refused, and not repeated: %s', (text) => {
    expect(() => readDatabaseUrl(text, 'X')).toThrow(expect.objectContaining({ code: 'USAGE' }));
    try {
      readDatabaseUrl(text, 'X');
    } catch (error) {
      if (text !== '') expect(String(error)).not.toContain(text);
    }
  });
});

describe('settings', () => {
  it('are completed by the variables of PostgreSQL', () => {
    const variables = {
      PGHOST: 'db.example',
      PGPORT: '6000',
      PGUSER: 'me',
      PGPASSWORD: 'p',
      PGDATABASE: 'bench',
    };
    expect(settingsOf({}, variables)).toMatchObject({
      name: 'postgres://db.example:6000/bench',
      project: 'default',
      ...{ host: 'db.example', port: 6000, user: 'me', password: 'p', database: 'bench' },
      tls: { host: 'db.example', rejectUnauthorized: true },
    });
    expect(settingsOf({ host: 'h', user: 'u', project: 'web' }, variables)).toMatchObject({
      name: 'postgres://h:6000/bench?project=web',
      user: 'u',
    });
  });

  it('take no port that there is not', () => {
    for (const port of ['0', '65536', '1e3', 'x'])
      expect(() => settingsOf({ host: 'h', port }, {})).toThrow(/the port of the database must be/);
  });

  it.each([
    ['127.0.0.1', undefined, false],
    ['localhost', undefined, false],
    ['::1', undefined, false],
    ['/run/postgresql', undefined, false],
    ['db.example', undefined, true],
    ['10.0.0.1', undefined, true],
    ['127.evil.example', undefined, true],
    ['localhost.example', undefined, true],
    ['db.example', 'disable', false],
    ['db.example', 'require', true],
    ['db.example', 'verify-ca', true],
    ['127.0.0.1', 'verify-full', true],
  ])('verify the server off this machine: %s, sslmode %s', (host, mode, verifies) => {
    const tls = tlsOf(host, mode, undefined);
    expect(tls !== false && tls.rejectUnauthorized).toBe(verifies);
  });

  it('go without a check, or in clear text, only where that is written', () => {
    expect(tlsOf('db.example', 'no-verify', undefined)).toMatchObject({ rejectUnauthorized: false });
    for (const mode of ['prefer', 'allow', 'none', ''])
      expect(() => tlsOf('db.example', mode, undefined)).toThrow(/clear text/);
    expect(isLocal('128.0.0.1')).toBe(false);
    expect(() => tlsOf('db.example', 'require', '/none/root.crt')).toThrow(/ENOENT/);
  });
});

describe('the environment', () => {
  it('loses the URL at once, and other variables with the first database', () => {
    const env: Record<string, string | undefined> = {
      BENCHMEM_DATABASE_URL: 'postgres://u:p@h/d',
      PGPASSWORD: 'q',
      HOME: '/home/me',
    };
    const access = databaseAccess(takeEnvironment(env));
    expect(env).toEqual({ PGPASSWORD: 'q', HOME: '/home/me' });
    expect(access.named).toBe('postgres:');
    expect(access.nameOf('.benchmarks')).toBe('.benchmarks');
    expect(env.PGPASSWORD).toBe('q');
    expect(access.nameOf('postgres:')).toBe('postgres://h:5432/d');
    expect(env).toEqual({ HOME: '/home/me' });
    expect(access.settingsOf('postgres://h:5432/d').password).toBe('p');
    expect(access.nameOf('postgres:?project=web')).toBe('postgres://h:5432/d?project=web');
  });

  it('gives no password of one server to another', () => {
    const access = databaseAccess(takeEnvironment({ BENCHMEM_DATABASE_URL: 'postgres://u:p@h/d' }));
    expect(access.settingsOf('postgres://evil.example/d').password).toBeUndefined();
    expect(() => access.nameOf('postgres://u:p@h/d')).toThrow(/holds a password/);
  });

  it('names no database where nothing stands in it', () => {
    for (const env of [{}, { BENCHMEM_DATABASE_URL: '' }, { PGHOST: 'h' }])
      expect(databaseAccess(takeEnvironment(env)).named).toBeUndefined();
  });

  it('is overwritten where the values stand', () => {
    const bytes = Buffer.from('A=1\0SECRET=two\0NOT_SECRET=3\0SECRET\0SECRET=\0');
    expect(valuesIn(bytes, ['SECRET']).map(([from, to]) => bytes.toString('latin1', from, to))).toEqual([
      'two',
      '',
    ]);
  });
});

describe('a password file', () => {
  const settings = { host: 'h', port: 5432, database: 'd', user: 'u' };
  it.each([
    ['h:5432:d:u:pass', 'pass'],
    ['*:*:*:*:pass', 'pass'],
    ['# h:5432:d:u:no\nh:5432:d:u:pass', 'pass'],
    ['h:5433:d:u:no\nh:5432:d:*:first\nh:5432:d:u:second', 'first'],
    ['h:5432:d:u:a\\:b\\\\c', 'a:b\\c'],
    ['h\\:x:5432:d:u:no', undefined],
    ['h:5432:d:u', undefined],
    ['', undefined],
  ])('has the password of the first line that fits: %j', (text, password) =>
    expect(passwordIn(text, settings)).toBe(password),
  );
});

describe('a text in PostgreSQL', () => {
  const texts = [
    '',
    'plain',
    'é',
    '\0',
    'a\0b',
    '\ud800',
    '\udfff',
    '😀',
    'json:',
    'json:"x"',
    'json:\0',
    '\uFFFD',
  ];
  it('comes back as it was, is never that of another, and has no character that is refused', () => {
    for (const text of texts) expect(textFrom(storedText(text))).toBe(text);
    expect(new Set(texts.map(storedText)).size).toBe(texts.length);
    for (const text of texts) {
      expect(storedText(text)).not.toContain('\0');
      expect(Buffer.from(storedText(text)).toString()).toBe(storedText(text));
    }
    expect(new Set(texts.map((text) => digestOf(storedText(text)))).size).toBe(texts.length);
  });

  it('is nothing where it was not written by this program', () => {
    for (const stored of ['json:', 'json:7', 'json:{', null, 7]) expect(textFrom(stored)).toBeUndefined();
  });
});

describe('a failure of the database', () => {
  it('says a code, and nothing of what the driver says', () => {
    const error = Object.assign(new Error('password p4ss of user u'), { code: '28P01', detail: 'p4ss' });
    const told = databaseFailure(error, 'postgres://h:1/d');
    expect(JSON.stringify(told, Object.getOwnPropertyNames(told as object))).not.toContain('p4ss');
    expect(told).toMatchObject({ code: 'DATABASE', reason: '28P01', isUnreachable: false });
    expect(databaseFailure(new Error('Connection terminated unexpectedly: p4ss'), 'x')).toMatchObject({
      reason: 'CONNECTION_LOST',
      isUnreachable: true,
    });
    expect(databaseFailure(Object.assign(new Error('x'), { code: 'p4ss word' }), 'x')).toMatchObject({
      reason: 'UNKNOWN',
    });
    const bug = new TypeError('x');
    expect(databaseFailure(bug, 'x')).toBe(bug);
  });

  it.each([
    ['ERR_TLS_CERT_ALTNAME_INVALID', /certificate of another name/, /sslmode=verify-ca/],
    ['CERT_HAS_EXPIRED', /not valid today/, /renew the certificate/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /not trusted/, /sslrootcert=FILE/],
  ])('says what is wrong with a certificate: %s', (code, message, hint) => {
    expect(databaseFailure(Object.assign(new Error('x'), { code }), 'x')).toMatchObject({
      code: 'DATABASE',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});

describe('what is sent to a database', () => {
  const world = { cwd: join(tmpdir(), 'benchmem-that-is-not-there') } as World;

  it.each([
    [
      '.benchmarks',
      'no runs found in .benchmarks',
      'save one with benchmem run --save NAME, or name the folder',
    ],
    ['ci/runs', 'no runs found in ci/runs', 'save one with benchmem run --save NAME, or name the folder'],
    ['one.json', 'cannot read one.json: ENOENT', 'check the path'],
  ])('is what is there: %s', async (operand, message, hint) => {
    await expect(findRuns([operand], world)).rejects.toMatchObject({ message, hint });
  });
});

describe('the columns of a run', () => {
  const way = { environment: 'e', passes: 3, resolution: 1, isPreloaded: true };

  it('are in the order of their rows, however the values come, and share a list of rows that is the same', () => {
    const runs = [new Map<string, OpenColumn[]>(), new Map<string, OpenColumn[]>()] as const;
    for (const [row, cell] of [
      [2, 20],
      [0, [1, 0, 2]],
      [1, 10],
    ] as const)
      put(runs[0], 'peak_bytes', way, row, cell);
    for (const row of [0, 1, 2]) put(runs[1], 'peak_bytes', { ...way }, row, row);
    put(runs[1], 'peak_bytes', { ...way, passes: 1 }, 3, 3);
    const [one, other, alone] = runs.flatMap((run) => run.get('peak_bytes') ?? []) as OpenColumn[];
    const shared = new SharedRows();
    for (const column of [one, other, alone]) shared.close(column as OpenColumn);
    expect(one).toEqual({ ...way, rows: [0, 1, 2], cells: [[1, 0, 2], 10, 20] });
    expect(other?.rows).toBe(one?.rows);
    expect(alone).toEqual({ ...way, passes: 1, rows: [3], cells: [3] });
  });
});

it('the migrations are numbered from 1 up', () => {
  expect(migrations.map(({ version }) => version)).toEqual(
    Array.from({ length: schemaVersion }, (_, at) => at + 1),
  );
});
