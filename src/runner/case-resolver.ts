// The engine's children find a bench file's case here; see ResolveCalls.
import type { ChildCalls, ResolveCalls } from '../engine/child/inside/calls.js';
import { defined } from '../shapes.js';
import { CaseCalls } from './case-calls.js';
import { findCase, loadCases } from './load-cases.js';

/** `exportName` is the case's local id. */
export const resolveCalls: ResolveCalls = async ({
  action: { url, name, exportName },
}): Promise<ChildCalls> => {
  const found = findCase(await loadCases(url, name), exportName, name);
  const calls = new CaseCalls(found);
  const { teardown } = found.definition.options;
  return {
    action: calls.action,
    args: calls.args,
    setup: calls.hasSetup ? calls.setup : undefined,
    notes: calls.notes,
    ...defined({ afterPass: teardown && (() => tearDown(calls)) }),
  };
};

function tearDown(calls: CaseCalls): Promise<void> {
  if (!calls.hasSetup) calls.begin();
  return calls.teardown();
}
