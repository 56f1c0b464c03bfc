// What cold measurements are, and what cannot stand beside them: one call in a fresh child, without a warm-up. Pure.
import { BenchmemError } from '../errors.js';

/** Children of a kind where nobody says how many. */
export const coldPasses = 3;

/** The options that say otherwise. */
export interface BesideCold {
  readonly calls?: number | undefined;
  readonly warmup?: number | undefined;
  readonly attached?: boolean | undefined;
}

/** Throws INVALID_OPTION; `named` is how the caller's user writes an option. */
export function refuseBesideCold(
  { calls = 1, warmup = 1, attached = false }: BesideCold,
  named: (option: string) => string = (option) => option,
): void {
  const beside = attached ? 'attached' : calls > 1 ? 'calls' : warmup > 1 ? 'warmup' : undefined;
  if (beside === undefined) return;
  const given = { attached: '', calls: ` ${calls}`, warmup: ` ${warmup}` }[beside];
  throw new BenchmemError(
    'INVALID_OPTION',
    `${named('cold')} measures the first call in fresh children, and ${named(beside)}${given} is given beside it`,
    `leave out ${named('cold')} or ${named(beside)}`,
  );
}
