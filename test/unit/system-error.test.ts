// What keeps a process from its files, in words; and what only looks so. The limit itself: test/integration/start-up.test.ts.
import { describe, expect, it } from 'vitest';
import { BenchmemError } from '../../src/errors.js';
import { systemError } from '../../src/files/system-error.js';

const coded = (code: string, syscall?: string) => Object.assign(new Error('no'), { code, syscall });

describe('systemError', () => {
  it.each([
    [
      coded('EMFILE'),
      'UNSUPPORTED_RUNTIME',
      'too many files are open (EMFILE): this process may open no more',
    ],
    [
      coded('ENFILE'),
      'UNSUPPORTED_RUNTIME',
      'too many files are open (ENFILE): this process may open no more',
    ],
    [coded('ENOENT', 'uv_cwd'), 'USAGE', 'the working folder cannot be found (ENOENT): was it removed?'],
  ])('%o', (error, code, message) => {
    expect(systemError(error)).toMatchObject({ code, message, cause: error });
  });

  it.each(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED', 'ERR_INVALID_PACKAGE_CONFIG'])(
    'is none where files can be opened: %s',
    (code) => {
      expect(systemError(coded(code))).toBeUndefined();
    },
  );

  it.each([
    new TypeError('a bug'),
    new BenchmemError('USAGE', 'a', 'b'),
    'EMFILE',
    undefined,
    coded('EACCES'),
  ])('is none: %s', (error) => expect(systemError(error)).toBeUndefined());
});
