// What cannot stand beside what among the options that flags, configuration, bench options and the API share.
// Pure, and light enough for bench files.
import { BenchmemError } from '../errors.js';

/** How the caller's user writes an option. */
type Named = (option: string) => string;
type Given = Readonly<Record<string, unknown>>;
const asIs: Named = (option) => option;

/** Resident memory is measured: what says how many children also asks for them, unless `rss` says no. */
export function takesRss({
  rss,
  rssPasses,
}: {
  readonly rss?: unknown;
  readonly rssPasses?: unknown;
}): boolean {
  return typeof rss === 'boolean' ? rss : rssPasses !== undefined;
}

/**
 * Throws INVALID_OPTION. Of the commands and the configuration only: the API takes both, and `repeats` is then exactly
 * so many passes without a bound of time.
 */
export function refuseTimeBesideRepeats({ repeats, maxTimeMs }: Given, named: Named): void {
  if (repeats === undefined || maxTimeMs === undefined) return;
  throw new BenchmemError(
    'INVALID_OPTION',
    `${named('repeats')} sets the number of passes, so ${named('maxTimeMs')} cannot bound it`,
    'pass one of the two',
  );
}

/** Throws INVALID_OPTION for what is measured in preloaded children, or says how one is started. */
export function refuseBesideAttached(given: Given, named: Named = asIs): void {
  if (given.attached !== true) return;
  const asked = {
    allocator: given.allocator !== undefined,
    rss: given.rss === true,
    rssPasses: takesRss(given),
    objects: given.objects === true,
    maxRss: given.maxRss !== undefined,
  };
  const beside = (Object.keys(asked) as (keyof typeof asked)[]).find((name) => asked[name]);
  if (beside === undefined) return;
  throw new BenchmemError(
    'INVALID_OPTION',
    `${named(beside)} needs other children than ${named('attached')} starts`,
    `leave out ${named('attached')} or ${named(beside)}`,
  );
}

/** Throws INVALID_OPTION for what the child would give that `quick` leaves out, or for children that are another. */
export function refuseBesideQuick(given: Given, named: Named = asIs): void {
  if (given.quick !== true) return;
  const beside = ['attached', 'exposePrivate'].find((name) => given[name] === true);
  if (beside === undefined) return;
  throw new BenchmemError(
    'INVALID_OPTION',
    `${named('quick')} leaves out the accounting child, and ${named(beside)} needs other children than it starts`,
    `leave out ${named('quick')} or ${named(beside)}`,
  );
}

/** The options that say otherwise than cold: one call in a fresh child, without a warm-up. */
export interface BesideCold {
  readonly calls?: number | undefined;
  readonly warmup?: number | undefined;
  readonly attached?: boolean | undefined;
  readonly retainers?: unknown;
}

/** Throws INVALID_OPTION; `named` is how the caller's user writes an option. */
export function refuseBesideCold(
  { calls = 1, warmup = 1, attached = false, retainers = false }: BesideCold,
  named: Named = asIs,
): void {
  const asked = { attached, calls: calls > 1, warmup: warmup > 1, retainers: retainers !== false };
  const beside = (Object.keys(asked) as (keyof typeof asked)[]).find((name) => asked[name]);
  if (beside === undefined) return;
  const given = { attached: '', calls: ` ${calls}`, warmup: ` ${warmup}`, retainers: '' }[beside];
  throw new BenchmemError(
    'INVALID_OPTION',
    `${named('cold')} measures the first call in fresh children, and ${named(beside)}${given} is given beside it`,
    `leave out ${named('cold')} or ${named(beside)}`,
  );
}
