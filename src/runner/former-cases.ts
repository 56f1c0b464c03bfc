// Benchmarks that took the place of others: none may still be there under its former id. Pure.
import { BenchmemError } from '../errors.js';
import { formerIdsOfCase } from '../runfile/former-ids.js';
import type { PlannedCase } from './planned.js';

/** Throws INVALID_OPTION for a benchmark that says it was formerly another one of the run. */
export function refuseOwnFormer(cases: readonly PlannedCase[]): void {
  const known = new Set(cases.map(({ id }) => id));
  for (const { id, description } of cases) {
    const former = formerIdsOfCase(id, description.options.formerly ?? []).find((each) => known.has(each));
    if (former === undefined) continue;
    throw new BenchmemError(
      'INVALID_OPTION',
      `${id} was formerly ${former}, which is a benchmark of this run`,
      'name an id that no benchmark has any more',
    );
  }
}
