// One cell of the install matrix: a fresh project, the installation, and the first things that a user does there.
// A compiler that anybody calls, or a git, leaves a line in a file, and the cell has failed.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { cacheVariables, managerScript } from './package-managers.mjs';
import { root } from './paths.mjs';
import { firstLine } from './run.mjs';

/** What shims of package managers are made of. */
const plainPrograms = ['sh', 'env', 'dirname', 'basename', 'uname', 'sed', 'cat', 'ps'];
const forbidden = [
  'cc',
  'gcc',
  'g++',
  'c++',
  'clang',
  'clang++',
  'make',
  'cmake',
  'python',
  'python3',
  'node-gyp',
  'git',
];
const timeoutMs = 600_000;

const ownFiles = {
  // The worker: the agent of exec runs in each thread, before yarn's resolver does.
  'held.cjs': `require('benchmem');
const { Worker } = require('node:worker_threads');
globalThis.held = Array.from({ length: 50 }, () => Buffer.allocUnsafeSlow(1 << 20));
new Worker('0', { eval: true });
`,
  'attached.mjs': `import { measureMemory } from 'benchmem';
const result = await measureMemory(() => Array.from({ length: 10 }, () => Buffer.allocUnsafeSlow(1 << 20)));
console.log('native peak', result.native.peakBytes >> 20, 'MiB');
`,
};

/** The files that README shows, by name. */
function readmeFiles() {
  const text = readFileSync(`${root}/README.md`, 'utf8');
  const blocks = [...text.matchAll(/^```js\n\/\/ ([\w.-]+)\n([\s\S]*?)^```$/gm)];
  return Object.fromEntries(blocks.map(([, name, source]) => [name, source]));
}

export class InstallCell {
  title;
  #manager;
  #scripts;
  #tarball;
  #node;
  #tools;
  #home;
  #folder;
  #steps = [];
  #environment;

  constructor({ manager, scripts, tarball, folder, cache, node }) {
    this.title = `${manager.name}, scripts ${scripts ? 'allowed' : 'ignored'}`;
    this.#manager = manager;
    this.#scripts = scripts;
    this.#tarball = tarball;
    this.#node = node;
    this.#tools = folder;
    this.#home = `${folder}/projects/${this.title.replaceAll(/\W+/g, '-')}`;
    this.#folder = `${this.#home}/project`;
    const registry = firstLine('npm', ['config', 'get', 'registry']) ?? 'https://registry.npmjs.org/';
    // WHY: these are left out, because they are of the npm that started this script, and of its node.
    const own = Object.entries(process.env).filter(
      ([name]) => !/^(npm_|NODE_OPTIONS$|INIT_CWD$)/i.test(name),
    );
    this.#environment = {
      ...Object.fromEntries(own),
      CI: 'true',
      PATH: `${this.#home}/bin`,
      ...cacheVariables(cache, registry),
    };
  }

  /** What failed, as text, and the steps that did not. */
  async run() {
    try {
      await this.#layOut();
      await this.#install();
      await this.#use();
      return { steps: this.#steps };
    } catch (error) {
      return { steps: this.#steps, problem: error.message };
    }
  }

  async #layOut() {
    const bin = `${this.#home}/bin`;
    mkdirSync(bin, { recursive: true });
    mkdirSync(this.#folder);
    symlinkSync(this.#node, `${bin}/node`);
    for (const name of plainPrograms) {
      const path = ['/bin', '/usr/bin'].map((place) => `${place}/${name}`).find((file) => existsSync(file));
      if (path !== undefined) symlinkSync(path, `${bin}/${name}`);
    }
    for (const name of forbidden) {
      writeFileSync(`${bin}/${name}`, `#!/bin/sh\necho "${name} $*" >> "${this.#home}/called"\nexit 1\n`);
      chmodSync(`${bin}/${name}`, 0o755);
    }
    await this.#program(managerScript(this.#tools, { script: 'npm11/bin/npm-cli.js' }), ['init', '-y']);
    const { type } = JSON.parse(readFileSync(`${this.#folder}/package.json`, 'utf8'));
    if (type !== 'commonjs') throw new Error(`npm init wrote the type ${type}, and not commonjs`);
    const files = { ...readmeFiles(), ...ownFiles, ...this.#manager.files?.(this.#scripts) };
    for (const [name, text] of Object.entries(files)) writeFileSync(`${this.#folder}/${name}`, text);
  }

  async #install() {
    for (const words of this.#manager.install(this.#tarball, this.#scripts)) await this.#manage(words);
    const called = `${this.#home}/called`;
    if (existsSync(called)) throw new Error(`the installation called: ${readFileSync(called, 'utf8')}`);
    this.#steps.push('install');
  }

  async #use() {
    const benchmem = (...words) => this.#manage(this.#manager.run(['benchmem', ...words]));
    const measured = await benchmem(
      'measure',
      'job.js',
      '--export',
      'rows',
      '--repeats',
      '1',
      '--json',
      'run.json',
    );
    this.#expect('measure', measured, /jemalloc/);
    const { benchmarks } = JSON.parse(readFileSync(`${this.#folder}/run.json`, 'utf8'));
    const [peak] = benchmarks[0].extra_info.benchmem.peak_bytes;
    // README's table has 7.70 MiB.
    if (!(peak > 5 << 20 && peak < 11 << 20)) throw new Error(`measure found a peak of ${peak} B for rows`);
    // WHY: this is not done in both, because scripts change the installation, and none of what comes then.
    if (!this.#scripts) return;
    const ran = await benchmem('run', '--repeats', '1', '--no-time', 'sort.bench.js');
    this.#expect('run', ran, /sort::copy\[100000\] +\S*\d/);
    const observed = await benchmem('exec', '--', 'node', 'held.cjs');
    this.#expect('exec', observed, /node itself \(.*\) +5\d\.\d+ MiB/);
    const attached = await this.#manage(this.#manager.node(['attached.mjs']));
    this.#expect('import', attached, /native peak 10 MiB/);
  }

  #expect(step, output, pattern) {
    if (!pattern.test(output)) throw new Error(`${step} printed something else than ${pattern}:\n${output}`);
    this.#steps.push(step);
  }

  #manage(words) {
    return this.#program(managerScript(this.#tools, this.#manager), words);
  }

  /** Both streams of a program that ended well. */
  async #program(script, words) {
    const child = spawn(this.#node, [script, ...words], {
      cwd: this.#folder,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    const end = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(signal ?? code));
    });
    if (end !== 0) throw new Error(`${words.join(' ')} ended with ${end}:\n${output.slice(-3000)}`);
    return output;
  }
}
