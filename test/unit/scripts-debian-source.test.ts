// Deriving deb-src entries from a machine's apt sources, in both of apt's formats.
import { describe, expect, it } from 'vitest';
import { sourceLinesFromList, sourceStanzasFromDeb822 } from '../../scripts/debian-source.mjs';

describe('one-line entries', () => {
  it.each([
    ['deb http://host/debian bookworm main', 'deb-src http://host/debian bookworm main'],
    ['  deb http://host/debian bookworm main # why', 'deb-src http://host/debian bookworm main'],
    ['deb [arch=amd64] http://host stable main', 'deb-src http://host stable main'],
    ['deb [ arch+=i386 signed-by=/k.gpg ] http://host ./', 'deb-src [signed-by=/k.gpg] http://host ./'],
    ['deb-src http://host/debian bookworm main', 'deb-src http://host/debian bookworm main'],
  ])('%s', (line, expected) => {
    expect(sourceLinesFromList(line)).toEqual([expected]);
  });

  it('are not made from comments', () => {
    expect(sourceLinesFromList('# deb http://host a b\n\n#deb http://host a b\n')).toEqual([]);
  });
});

describe('stanzas', () => {
  it('become source stanzas, without what only binaries have', () => {
    const text = [
      '# what the installer wrote',
      'Types: deb',
      '# a comment inside',
      'URIs: http://host/debian',
      'Suites: bookworm',
      ' bookworm-updates',
      'Components: main',
      'Architectures: amd64',
      'Signed-By: /usr/share/keyrings/key.gpg',
    ].join('\n');
    expect(sourceStanzasFromDeb822(text)).toEqual([
      [
        'types: deb-src',
        'uris: http://host/debian',
        'suites: bookworm\n bookworm-updates',
        'components: main',
        'signed-by: /usr/share/keyrings/key.gpg',
      ].join('\n'),
    ]);
  });

  it('keep an embedded key as it is', () => {
    const key =
      'Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQIN\n -----END PGP PUBLIC KEY BLOCK-----';
    const [stanza] = sourceStanzasFromDeb822(`Types: deb\nURIs: http://host\nSuites: a\n${key}\n`);
    expect(stanza).toContain('\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQIN\n -----END');
  });

  it('that are switched off, or no source at all, are left out', () => {
    expect(sourceStanzasFromDeb822('Enabled: no\nTypes: deb\nURIs: http://host\nSuites: a\n')).toEqual([]);
    expect(sourceStanzasFromDeb822('# nothing\n\nPackage: x\nPin: y\n')).toEqual([]);
  });
});
