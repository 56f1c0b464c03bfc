// Certificates of a test's own, by openssl: an authority, and servers that it vouches for.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** False if openssl is not installed, which is said on stderr: then `test` is skipped. */
export function hasOpenssl(test: string): boolean {
  const isInstalled = spawnSync('openssl', ['version']).status === 0;
  if (!isInstalled) process.stderr.write(`${test}: skipped, because openssl is not installed\n`);
  return isInstalled;
}

/** One that nobody vouches for but itself. */
export function makeAuthority(name: string): Certificate {
  return inFolder((run) => {
    run('req', '-x509', ...newKey, '-out', 'certificate', '-days', '2', '-subj', `/CN=${name}`);
  });
}

/** One of a server, by `names` as a certificate has them: `DNS:localhost`, `IP:10.0.0.1`. */
export function certify(authority: Certificate, names: readonly string[]): Certificate {
  return inFolder((run, write) => {
    write('authority', authority.certificate);
    write('authority-key', authority.key);
    write('names', `subjectAltName=${names.join(',')}\n`);
    run('req', ...newKey, '-out', 'request', '-subj', '/CN=server');
    const by = ['-CA', 'authority', '-CAkey', 'authority-key', '-set_serial', '1', '-extfile', 'names'];
    run('x509', '-req', '-in', 'request', ...by, '-out', 'certificate', '-days', '2');
  });
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key'];

function inFolder(
  make: (run: (...argv: string[]) => void, write: (name: string, text: string) => void) => void,
): Certificate {
  const cwd = mkdtempSync(join(tmpdir(), 'benchmem-certificate-'));
  try {
    make(
      (...argv) => void execFileSync('openssl', argv, { cwd, stdio: 'pipe' }),
      (name, text) => writeFileSync(join(cwd, name), text),
    );
    const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
    return { certificate: read('certificate'), key: read('key') };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
