// Folding a heap profile to the functions that allocate: whose frames count, and who gets the bytes of built-ins.
import { describe, expect, it } from 'vitest';
import { foldSites, type ProfileNode, type SiteRules } from '../../src/engine/result/object-sites.js';

const frame = (at: string, selfSize: number, ...children: ProfileNode[]): ProfileNode => {
  const [functionName = '', url = '', line = '-1'] = at.split('@');
  const callFrame = { functionName, url, scriptId: '1', lineNumber: Number(line), columnNumber: 0 };
  return { callFrame, selfSize, children };
};

const rules: SiteRules = {
  isOwn: (url) => url.startsWith('/own/'),
  caller: 'callAction',
  locate: ({ url, lineNumber }) => ({ file: url, line: lineNumber + 1 }),
};

const fold = (...children: ProfileNode[]) => foldSites(frame('(root)', 7, ...children), rules);

describe('sites', () => {
  it('are the functions below the call, bytes of node and of built-ins with their caller', () => {
    const action = frame(
      'rows@/app/job.js@8',
      100,
      frame('map', 20, frame('@/app/job.js@9', 30)),
      frame('from@node:buffer@300', 5, frame('alloc@node:buffer@400', 6)),
    );
    expect(
      fold(frame('main@/own/entry.js@1', 1000, frame('callAction@/own/entry.js@50', 900, action))),
    ).toEqual({
      total_bytes: 161,
      sites: [
        { function: 'rows', file: '/app/job.js', line: 9, bytes: 131 },
        { function: '', file: '/app/job.js', line: 10, bytes: 30 },
      ],
    });
  });

  it('are none of the measuring code, nor of what it calls itself', () => {
    const post = frame('post@node:inspector@5', 300, frame('set', 20));
    expect(fold(frame('sampleSites@/own/entry.js@1', 1000, post))).toEqual({ total_bytes: 0, sites: [] });
  });

  it('go on where the event loop calls: continuations, timers, addons', () => {
    const late = frame('later@/app/job.js@20', 40, frame('callAction@/own/entry.js@50', 900));
    const timers = frame('processTimers@node:internal/timers@3', 11, late);
    const { sites } = fold(timers, frame('later@/app/job.js@20', 2), frame('(V8 API)', 3));
    expect(sites).toEqual([
      { function: 'later', file: '/app/job.js', line: 21, bytes: 42 },
      { function: 'processTimers', file: 'node:internal/timers', line: 4, bytes: 11 },
      { function: '(V8 API)', file: '', line: 0, bytes: 3 },
    ]);
  });

  it('are ten at most, the total is of all, and a deep stack is no problem', () => {
    let deep = frame('f0@/app/job.js@0', 1);
    for (let depth = 1; depth < 20_000; depth += 1) deep = frame(`f${depth}@/app/job.js@${depth}`, 1, deep);
    const { sites, total_bytes: total } = fold(deep);
    expect([sites.length, total]).toEqual([10, 20_000]);
  });
});
