// What a refused gate tells people to type: `compare` has the flags that allow it, `run` names the command that has.
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/cli/suite/baseline.js';
import { gateVerdict } from '../../src/cli/text/gate-verdict.js';
import { compareRuns, planComparison } from '../../src/compare/compare.js';
import { GateRefusal } from '../../src/compare/gate/refusals.js';
import type { Run } from '../../src/runfile/run.js';
import { parseThreshold } from '../../src/text/limit-grammar.js';
import { run } from './compare-support.js';

const thresholds = [parseThreshold('peak:1%')];
const bench = (blob: object) => [{ id: 'b', peak: [1], blob }];
const base = run('base', bench({ environment: { mode: 'preloaded' } }));

const heads: readonly (readonly [string, Run, compareHint: string, runHint: string])[] = [
  [
    'a run that ended early',
    run('head', bench({}), { benchmem: { schema: 1, complete: false } }),
    'run it to its end, or pass --allow-partial',
    'run it to its end, or save both runs and use benchmem compare --allow-partial',
  ],
  [
    'another environment',
    run('head', bench({ environment: { mode: 'attached' } })),
    're-run one side, or pass --allow-mixed',
    're-run one side, or save both runs and use benchmem compare --allow-mixed',
  ],
  [
    'unseen memory',
    run('head', bench({ warnings: [{ code: 'UNSEEN_MEMORY', message: 'm', hint: 'h' }] })),
    'the warning names the library; pass --allow-unseen to gate what was seen',
    'the warning names the library; save both runs and use benchmem compare --allow-unseen to gate what was seen',
  ],
];

describe('a gate that is refused', () => {
  it.each(heads)('for %s says how the command allows it', (_what, head, compareHint, runHint) => {
    const { compared } = compareRuns([base, head], planComparison({}));
    const typed = gateVerdict(compared, { thresholds }, (flag) => `pass ${flag}`);
    expect([typed.result, typed.refusal?.code, typed.refusal?.hint]).toEqual([
      null,
      'GATE_REFUSED',
      compareHint,
    ]);
    const inline = judge({ run: base, thresholds }, head.file);
    expect([inline.gate, inline.refusal?.code, inline.refusal?.hint]).toEqual([
      null,
      'GATE_REFUSED',
      runHint,
    ]);
  });

  it('for what nothing allows keeps the hint of the gate', () => {
    const other = run('head', [{ id: 'other', peak: [1] }]);
    const { compared } = compareRuns([base, other], planComparison({}));
    const { refusal } = gateVerdict(compared, { thresholds }, () => 'never said');
    expect(refusal).toBeInstanceOf(GateRefusal);
    expect(refusal?.hint).toBe('compare runs of the same suite');
  });

  it('is no refusal where a limit means nothing', () => {
    const own = run('head', bench({ fail_on: ['peak:ten'] }));
    const { compared } = compareRuns([base, own], planComparison({}));
    expect(() => gateVerdict(compared, { thresholds }, () => '')).toThrow('ten');
  });
});
