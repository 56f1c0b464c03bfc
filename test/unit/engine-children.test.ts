// A child's world, its end and its last words: pure rules, case by case.
import { describe, expect, it } from 'vitest';
import { reportedFailure, unreportedEnd } from '../../src/engine/child/parent/failure.js';
import {
  childWorld,
  inheritedFlags,
  profileFlags,
  type WorldRequest,
} from '../../src/engine/child/parent/node-flags.js';
import { TextTail } from '../../src/engine/child/parent/text-tail.js';
import { isChildMessage } from '../../src/engine/child/protocol.js';
import { describeError, reviveError } from '../../src/error-text.js';

const request: WorldRequest = {
  kind: 'peak',
  allocator: 'jemalloc',
  preloadLibrary: '/lib/libbenchmem.so',
  threadModule: '/dist/observed-thread.js',
  environment: { PATH: '/bin' },
  userFlags: [],
};

const repeatableFlags = [
  '--predictable',
  '--no-incremental-marking',
  '--heap-growing-percent=50',
  '--no-memory-reducer',
  '--no-compact',
  '--no-flush-bytecode',
];

describe('the world of a child', () => {
  it('of the peak pass', () => {
    const { flags, environment } = childWorld(request);
    expect(flags).toEqual([
      ...repeatableFlags,
      '--max-semi-space-size=1',
      '--no-allocation-site-pretenuring',
      '--max-old-space-size=4096',
    ]);
    expect(environment).toEqual({
      PATH: '/bin',
      LD_PRELOAD: '/lib/libbenchmem.so',
      BENCHMEM_ALLOCATOR: 'jemalloc',
    });
  });

  it('has the module that observes threads between the user’s flags and ours, and not among the recorded ones', () => {
    const { flags, execArgv = [] } = childWorld({ ...request, userFlags: ['--expose-gc'] });
    expect(execArgv.slice(0, 4)).toEqual(['--expose-gc', '-r', '/dist/observed-thread.js', '--predictable']);
    expect(execArgv.filter((flag) => !['-r', request.threadModule].includes(flag))).toEqual(flags);
  });

  it('of the accounting pass, with the system allocator', () => {
    const { flags, environment } = childWorld({ ...request, kind: 'accounting', allocator: 'system' });
    expect(flags).toEqual([...repeatableFlags, '--max-old-space-size=4096']);
    expect(environment.BENCHMEM_ALLOCATOR).toBe('system');
  });

  it('of a profile is that of the peak pass, with a frame for each call and a line for each frame', () => {
    const { flags, execArgv, environment } = childWorld({ ...request, kind: 'profile' });
    const peak = childWorld(request);
    expect(flags).toEqual([...peak.flags.slice(0, -1), ...profileFlags, '--max-old-space-size=4096']);
    expect(execArgv).toContain(request.threadModule);
    expect(environment).toEqual(peak.environment);
  });

  it('starts with the flags that the code of node’s modules was compiled for, if it gets the addon to set them with', () => {
    const { flags, environment } = childWorld({ ...request, addon: '/lib/benchmem.node' });
    expect(flags).toEqual(childWorld(request).flags);
    expect(environment).toMatchObject({
      BENCHMEM_ADDON: '/lib/benchmem.node',
      BENCHMEM_START_FLAGS:
        '--incremental-marking --heap-growing-percent=0 --compact --flush-bytecode --max-semi-space-size=0 ' +
        '--allocation-site-pretenuring --max-old-space-size=0',
    });
  });

  it.each([
    ['modules of the user are loaded first', { userFlags: ['--import', 'tsx'] }],
    ['a loader of the user is', { userFlags: ['--experimental-loader=./hooks.mjs'] }],
    ['they are by NODE_OPTIONS', { environment: { NODE_OPTIONS: '--no-warnings --import=./first.mjs' } }],
    ['its passes are profiled', { kind: 'profile' as const }],
  ])('starts with all flags where %s, and gets the addon to collect alone with', (_why, own) => {
    const { environment } = childWorld({ ...request, addon: '/lib/benchmem.node', ...own });
    expect(environment.BENCHMEM_ADDON).toBe('/lib/benchmem.node');
    expect(environment).not.toHaveProperty('BENCHMEM_START_FLAGS');
  });

  it.each([
    ['it is attached', { kind: 'attached' as const }],
    ['nobody hands it the addon', { addon: undefined }],
  ])('starts with all flags and no addon where %s', (_why, own) => {
    const { environment } = childWorld({ ...request, addon: '/lib/benchmem.node', ...own });
    expect(environment).not.toHaveProperty('BENCHMEM_ADDON');
    expect(environment).not.toHaveProperty('BENCHMEM_START_FLAGS');
  });

  it('starts with a flag that the user set, from the first instant', () => {
    const addon = '/lib/benchmem.node';
    const { environment } = childWorld({ ...request, addon, userFlags: ['--max-semi-space-size=16'] });
    expect(environment.BENCHMEM_START_FLAGS).not.toContain('semi-space');
  });

  it('takes no addon and no flags from the environment', () => {
    const own = { BENCHMEM_ADDON: '/tmp/other.node', BENCHMEM_START_FLAGS: '--jitless' };
    const { environment } = childWorld({ ...request, environment: own });
    expect(Object.keys(environment).sort()).toEqual(['BENCHMEM_ALLOCATOR', 'LD_PRELOAD']);
  });

  it('of the attached pass is the user’s own', () => {
    const environment = { LD_PRELOAD: '/user.so', BENCHMEM_ALLOCATOR: 'jemalloc' };
    expect(childWorld({ ...request, kind: 'attached', environment, userFlags: ['--expose-gc'] })).toEqual({
      flags: ['--expose-gc'],
      execArgv: ['--expose-gc'],
      environment: { LD_PRELOAD: '/user.so' },
      userPreload: '/user.so',
    });
  });

  it('keeps the user’s preload entries, after ours', () => {
    const world = childWorld({ ...request, environment: { LD_PRELOAD: '/a.so:/b.so' } });
    expect(world.environment.LD_PRELOAD).toBe('/lib/libbenchmem.so:/a.so:/b.so');
    expect(world.userPreload).toBe('/a.so:/b.so');
  });

  it('has no compile cache and no coverage', () => {
    const environment = {
      NODE_COMPILE_CACHE: '/c',
      NODE_V8_COVERAGE: '/v',
      NODE_OPTIONS: '--no-warnings',
      GONE: undefined,
    };
    expect(Object.keys(childWorld({ ...request, environment }).environment).sort()).toEqual([
      'BENCHMEM_ALLOCATOR',
      'LD_PRELOAD',
      'NODE_OPTIONS',
    ]);
  });

  it.each([
    ['in its flags', { userFlags: ['--max-old-space-size=8192'] }],
    ['with underscores', { userFlags: ['--max_old_space_size=8192'] }],
    ['in NODE_OPTIONS', { environment: { NODE_OPTIONS: '--no-warnings --max-old-space-size=64' } }],
    ['as a heap size', { environment: { NODE_OPTIONS: '--max-heap-size=64' } }],
  ])('leaves a heap limit of the user alone: %s', (_where, own) => {
    expect(childWorld({ ...request, ...own }).flags.join(' ')).not.toContain('4096');
  });

  it('does not set another flag that the user set', () => {
    const { flags } = childWorld({ ...request, userFlags: ['--max-semi-space-size=16'] });
    expect(flags.filter((flag) => flag.startsWith('--max-semi-space-size'))).toEqual([
      '--max-semi-space-size=16',
    ]);
  });
});

describe('a flag that the user turned the other way', () => {
  it('stays as the user set it', () => {
    const { flags } = childWorld({ ...request, userFlags: ['--incremental_marking'] });
    expect(flags.filter((flag) => /incremental/.test(flag))).toEqual(['--incremental_marking']);
  });
});

describe('flags that a child inherits', () => {
  it.each([
    [
      ['--expose-gc', '--import', 'tsx', '--conditions=development'],
      ['--expose-gc', '--import', 'tsx', '--conditions=development'],
    ],
    [['--inspect-brk=0', '--test', '--watch-path=src', '--cpu-prof', '--test-name-pattern=x'], []],
    [['-e', 'code()', '--expose-gc'], ['--expose-gc']],
    [['--input-type', 'module', '--eval', 'code()', '-p', 'more()'], []],
  ])('of %j', (execArgv, kept) => {
    expect(inheritedFlags(execArgv)).toEqual(kept);
  });
});

describe('the end of a child', () => {
  const child = { step: 'peak', tail: '' };
  it.each([
    ['a signal', { ...child, signal: 'SIGSEGV' }, 'CHILD_CRASHED', /SIGSEGV/],
    ['a kill', { ...child, signal: 'SIGKILL' }, 'CHILD_CRASHED', /killed \(signal SIGKILL\)/],
    ['an exit code', { ...child, exitCode: 3 }, 'CHILD_EXITED', /exit code 3/],
    [
      'no memory',
      { ...child, signal: 'SIGABRT', tail: 'FATAL ERROR: x JavaScript heap out of memory' },
      'CHILD_OUT_OF_MEMORY',
      /ran out of memory/,
    ],
  ])('by %s', (_how, end, code, message) => {
    const error = unreportedEnd(end);
    expect([error.code, error.exitCode, error.child]).toEqual([code, 1, end]);
    expect(error.message).toMatch(message);
  });

  it('shows its last words', () => {
    expect(unreportedEnd({ ...child, exitCode: 1, tail: 'oh no' }).message).toMatch(/oh no$/);
  });

  it('by a failure that it reported, with the error that was thrown', () => {
    const cause = describeError(Object.assign(new RangeError('too far'), { code: 'E_FAR' }));
    const report = { benchmem: 'failure', code: 'ACTION_FAILED', message: 'm', hint: 'h', cause } as const;
    const error = reportedFailure(report, { ...child, exitCode: 1 });
    expect(error).toMatchObject({ code: 'ACTION_FAILED', message: 'm', hint: 'h', exitCode: 1 });
    expect(error.cause).toMatchObject({ name: 'RangeError', message: 'too far', code: 'E_FAR' });
    expect((error.cause as Error).stack).toContain('engine-children.test');
  });

  it('by a report with a code that nobody knows is a bug', () => {
    const report = { benchmem: 'failure', code: 'toString', message: 'm', hint: 'h' } as const;
    expect(reportedFailure(report, child)).toMatchObject({ code: 'INTERNAL', exitCode: 70 });
  });
});

describe('the protocol', () => {
  it.each([[null], [undefined], ['result'], [{ kind: 'result' }], [{ benchmem: 'plan' }], [{ benchmem: 3 }]])(
    'takes %j for somebody else’s message',
    (message) => {
      expect(isChildMessage(message)).toBe(false);
    },
  );

  it('carries what is thrown, whatever it is', () => {
    expect(reviveError(describeError('a text'))).toMatchObject({ name: 'Error', message: 'a text' });
    expect(reviveError(describeError(undefined)).message).toBe('undefined');
    expect(reviveError(describeError('a text')).stack).toBe('Error: a text');
    expect(describeError(Object.create(null)).message).toMatch(/cannot be shown/);
    const hostile = Object.defineProperty(new Error('x'), 'message', {
      get() {
        throw new Error('never');
      },
    });
    expect(describeError(hostile).message).toMatch(/cannot be shown/);
  });
});

describe('the tail of a stream', () => {
  const tailOf = (limit: number, ...chunks: readonly (string | Buffer)[]) => {
    const tail = new TextTail(limit);
    for (const chunk of chunks) tail.push(Buffer.from(chunk));
    return tail.toString();
  };

  it.each([
    ['short chunks as they are', tailOf(100, 'ab', 'cd'), 'abcd'],
    ['the last bytes of many chunks', tailOf(4, 'abc', 'def', 'g'), 'defg'],
    ['the end of one long chunk', tailOf(4, 'x'.repeat(1e6), 'tail'), 'tail'],
    ['no half of a character', tailOf(4, 'aé→b'), '→b'],
    ['text without colours and cursor moves', tailOf(100, '\u001b[31mred\u001b[0m\u001b[2K ok'), 'red ok'],
    ['text without a terminal title', tailOf(100, '\u001b]0;title\u0007text'), 'text'],
    ['text without bells and carriage returns', tailOf(100, 'a\u0007b\rc\r\nd\te'), 'abc\nd\te'],
    ['nothing where nothing was written', tailOf(4), ''],
  ])('is %s', (_what, text, expected) => {
    expect(text).toBe(expected);
  });
});
