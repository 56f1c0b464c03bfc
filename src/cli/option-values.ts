// Values of flags that several commands take: numbers, durations, texts that may not be empty, flags that stand once. Pure.
import type { OptionCheck } from '../engine/shared-options.js';
import { BenchmemError } from '../errors.js';
import { checkRename, joinRenames, parseRename, type Rename } from '../runfile/renames.js';

const millisecondsPerUnit = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['', 1000],
]);

/** Milliseconds of `30s`, `500ms`, `2m` or plain seconds. Throws USAGE. */
export function duration(flag: string, raw: unknown, check?: OptionCheck): number | undefined {
  if (raw === undefined) return undefined;
  const match = /^(\d{1,9}(?:\.\d{1,6})?)(ns|us|µs|ms|s|m|)$/.exec(String(raw));
  const value = Number(match?.[1]) * (millisecondsPerUnit.get(match?.[2] ?? '') ?? Number.NaN);
  if (check === undefined ? value > 0 : check.accepts(value)) return value;
  const allowed = value > 0 && check !== undefined ? check.wants : 'a duration';
  throw usage(`${flag} must be ${allowed}, not ${JSON.stringify(raw)}`, `for example ${flag} 30s`);
}

/** A whole number that passes the check. Throws USAGE. */
export function wholeNumber(flag: string, raw: unknown, { accepts, wants }: OptionCheck): number | undefined {
  if (raw === undefined) return undefined;
  const value = /^\d{1,16}$/.test(String(raw)) ? Number(raw) : Number.NaN;
  if (accepts(value)) return value;
  throw usage(`${flag} must be ${wants}, not ${JSON.stringify(raw)}`, `for example ${flag} 5`);
}

/** Throws USAGE for an empty text. */
export function nonEmpty(flag: string, raw: unknown, hint: string): string | undefined {
  if (raw === undefined) return undefined;
  if (raw === '') throw usage(`${flag} is empty`, hint);
  return String(raw);
}

/** The renames of `--rename` over those of a config. Throws USAGE. */
export function renamesOf(raw: unknown, settings: unknown): readonly Rename[] {
  const configured = Object.entries((settings ?? {}) as Record<string, string>).map(([from, to]) =>
    checkRename({ from, to }, 'renames:'),
  );
  return joinRenames(
    joinRenames([], configured),
    strings(raw).map((text) => parseRename(text)),
  );
}

export function strings(raw: unknown): readonly string[] {
  if (raw === undefined) return [];
  return (Array.isArray(raw) ? raw : [raw]).map(String);
}

export function flag(raw: unknown): boolean {
  return raw === true;
}

/** A flag's name as it is typed. */
export function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

export function usage(message: string, hint: string, cause?: unknown): BenchmemError {
  return new BenchmemError('USAGE', message, hint, { cause });
}
