// A result as plain data, the form that run files store: one flat series per field, one entry per pass, and the parts.
// The way back checks every part: what it answers is a result that could have been measured.
import { BenchmemError } from '../../errors.js';
import { defined, isRecord } from '../../shapes.js';
import { flawInOwn, partGuards, type ResultBlob, type ResultParts } from './fields.js';
import { type Sample, type SampleField, sampleFields } from './sample.js';

/** All that a measurement found, and nothing derived from it. */
export interface Found {
  readonly samples: readonly Sample[];
  readonly parts: ResultParts;
}

/** Plain data of its own: nobody shares it. */
export function toBlob({ samples, parts }: Found): ResultBlob {
  const series = sampleFields.map((field) => [field, seriesOf(samples, field)]);
  const own: Record<string, unknown> = structuredClone(parts);
  const inOrder = Object.keys(partGuards).map((name) => [name, own[name]]);
  return defined({ ...Object.fromEntries([...series, ...inOrder]), ...own }) as ResultBlob;
}

/** One field over all passes; undefined if a pass has none. */
export function seriesOf(samples: readonly Sample[], field: SampleField): number[] | undefined {
  const values = samples.map((sample) => sample[field]);
  return values.every((value) => value !== undefined) ? values : undefined;
}

/** Throws INVALID_BLOB, naming the part that is wrong. */
export function foundInBlob(blob: unknown): Found {
  if (!isRecord(blob)) throw invalid('it is not an object');
  const whole = { warnings: [], by_shared_object: [], ...blob };
  const flaw = flawInOwn(whole);
  if (flaw !== undefined) {
    const path = flaw.path.join('.');
    throw invalid(`${path === '' ? 'it' : path} ${flaw.message}`);
  }
  const { series, parts } = split(structuredClone(whole));
  const [[, first = []] = []] = series;
  const samples = first.map((_, index) =>
    Object.fromEntries(series.map(([field, values]) => [field, values[index]])),
  );
  return { samples, parts: parts as ResultParts };
}

function split(blob: Record<string, unknown>) {
  const known: ReadonlySet<string> = new Set(sampleFields);
  const entries = Object.entries(defined(blob));
  return {
    series: entries.filter(([name]) => known.has(name)) as [SampleField, readonly number[]][],
    parts: Object.fromEntries(entries.filter(([name]) => !known.has(name))),
  };
}

function invalid(what: string): BenchmemError {
  return new BenchmemError(
    'INVALID_BLOB',
    `this is not a stored result: ${what}`,
    'pass what toBlob() answered',
  );
}
