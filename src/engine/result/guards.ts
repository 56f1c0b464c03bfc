// What plain data must look like: small checks that say what is wrong, and the types that follow from them. Pure.
// WHY: the library that reads run files is not used, because a bench file loads this package in every measuring child, whose heap
// is measured.
import { isRecord } from '../../shapes.js';

/** Who must hold a part: every file, only what benchmem itself stores, or nobody. */
export type Need = 'always' | 'own' | 'never';

/** Where and what: `['warnings', 0, 'code']` and `must be a string`. */
export interface Flaw {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** `InFile` is the type in any run file, `Own` the one in benchmem's own results. */
export interface Guard<InFile = unknown, Own = InFile, Needed extends Need = Need> {
  readonly need: Needed;
  /** The first thing that is wrong; undefined for a value that is right. `own`: by the rules for our own results. */
  flaw(value: unknown, own: boolean): Flaw | undefined;
  /** Never there: it carries the types. */
  readonly types?: { readonly inFile: InFile; readonly own: Own };
}

type Guards = Readonly<Record<string, Guard>>;
type Names<Parts extends Guards, Wanted extends Need> = {
  [Name in keyof Parts]: Parts[Name]['need'] extends Wanted ? Name : never;
}[keyof Parts];
export type InFile<Checked extends Guard> = NonNullable<Checked['types']>['inFile'];
export type Own<Checked extends Guard> = NonNullable<Checked['types']>['own'];
/** A record in any run file: it may hold more than we know. */
export type RecordInFile<Parts extends Guards> = { [Name in Names<Parts, 'always'>]: InFile<Parts[Name]> } & {
  [Name in Names<Parts, 'own' | 'never'>]?: InFile<Parts[Name]> | undefined;
} & { [more: string]: unknown };
/** A record in our own results. */
export type OwnRecord<Parts extends Guards> = {
  [Name in Names<Parts, 'always' | 'own'>]: Own<Parts[Name]>;
} & {
  [Name in Names<Parts, 'never'>]?: Own<Parts[Name]>;
};

function guard<T, O = T>(accepts: (value: unknown) => boolean, message: string): Guard<T, O, 'always'> {
  const flaw = { path: [], message };
  return { need: 'always', flaw: (value) => (accepts(value) ? undefined : flaw) };
}

export const text = guard<string>((value) => typeof value === 'string', 'must be a string');

export const flag = guard<boolean>((value) => typeof value === 'boolean', 'must be true or false');

export const finite: Guard<number, number, 'always'> = {
  need: 'always',
  flaw(value) {
    if (Number.isFinite(value)) return undefined;
    return { path: [], message: typeof value === 'number' ? 'must be finite' : 'must be a number' };
  },
};

/** A number from zero to `most`. */
export function upTo(most: number): Guard<number, number, 'always'> {
  return {
    need: 'always',
    flaw(value, own) {
      const flaw = finite.flaw(value, own);
      if (flaw !== undefined || ((value as number) >= 0 && (value as number) <= most)) return flaw;
      return {
        path: [],
        message: (value as number) < 0 ? 'must not be negative' : `must be at most ${most}`,
      };
    },
  };
}

/** One finite number per pass. WHY: the loop goes by index, because `every` passes over what a list with holes does not have. */
export const series: Guard<number[], number[], 'always'> = {
  need: 'always',
  flaw(value, own) {
    if (!Array.isArray(value)) return { path: [], message: 'must be a list of numbers' };
    if (value.length === 0) return { path: [], message: 'is empty: a series holds one number per pass' };
    return flawInItems(value, finite, own);
  },
};

export function oneText<const Texts extends string>(...texts: Texts[]): Guard<Texts, Texts, 'always'> {
  return guard((value) => texts.includes(value as Texts), `must be ${texts.join(' or ')}`);
}

/** Any text in a file from elsewhere; one of these in our own. */
export function ownOneOf<const Texts extends string>(...texts: Texts[]): Guard<string, Texts, 'always'> {
  const own = oneText(...texts);
  return { need: 'always', flaw: (value, isOwn) => (isOwn ? own : text).flaw(value, isOwn) };
}

/** May be absent in any file. */
export function optional<T, O>({ flaw }: Guard<T, O>): Guard<T, O, 'never'> {
  return { need: 'never', flaw };
}

/** May be absent in a file from elsewhere; our own results have it. */
export function ours<T, O>({ flaw }: Guard<T, O>): Guard<T, O, 'own'> {
  return { need: 'own', flaw };
}

export function listOf<T, O>(item: Guard<T, O>): Guard<readonly T[], readonly O[], 'always'> {
  return {
    need: 'always',
    flaw(value, own) {
      if (!Array.isArray(value)) return { path: [], message: 'must be a list' };
      return flawInItems(value, item, own);
    },
  };
}

/** Any names, each with such a value. */
export function mapOf<T, O>(item: Guard<T, O>): Guard<Record<string, T>, Record<string, O>, 'always'> {
  return {
    need: 'always',
    flaw(value, own) {
      if (!isRecord(value)) return notRecord;
      for (const name of Object.keys(value)) {
        const flaw = item.flaw(value[name], own);
        if (flaw !== undefined) return below(name, flaw);
      }
      return undefined;
    },
  };
}

/** These parts, and whatever else a later version puts beside them. */
export function recordOf<Parts extends Guards>(
  parts: Parts,
): Guard<RecordInFile<Parts>, OwnRecord<Parts>, 'always'> {
  const all = Object.entries(parts);
  const isRight = quickCheck(parts);
  return {
    need: 'always',
    flaw(value, own) {
      if (!isRecord(value)) return notRecord;
      if (isRight(value, own)) return undefined;
      for (const [name, { need, flaw: check }] of all) {
        const part = value[name];
        if (part !== undefined) {
          const flaw = check(part, own);
          if (flaw !== undefined) return below(name, flaw);
        } else if (need === 'always' || (need === 'own' && own)) {
          return { path: [name], message: 'is missing' };
        }
      }
      return undefined;
    },
  };
}

// PERF: a record has few of the parts that it may have, so that its own are looked at first.
function quickCheck(parts: Guards): (value: Record<string, unknown>, own: boolean) => boolean {
  const byName = new Map(Object.entries(parts));
  const needs = [...byName.values()].map(({ need }) => need);
  const alwaysNeeded = needs.filter((need) => need === 'always').length;
  const ownNeeded = needs.filter((need) => need !== 'never').length;
  return (value, own) => {
    let lacking = own ? ownNeeded : alwaysNeeded;
    // PERF: this way no list of the names is made; what is inherited besides is no part that is known.
    for (const name in value) {
      const part = value[name];
      const check = part === undefined ? undefined : byName.get(name);
      if (check === undefined || !Object.hasOwn(value, name)) continue;
      if (check.flaw(part, own) !== undefined) return false;
      if (check.need === 'always' || (own && check.need === 'own')) lacking -= 1;
    }
    return lacking === 0;
  };
}

const notRecord: Flaw = { path: [], message: 'must be an object' };

function below(name: string | number, { path, message }: Flaw): Flaw {
  return { path: [name, ...path], message };
}

function flawInItems(items: readonly unknown[], item: Guard, own: boolean): Flaw | undefined {
  for (let index = 0; index < items.length; index += 1) {
    const flaw = item.flaw(items[index], own);
    if (flaw !== undefined) return below(index, flaw);
  }
  return undefined;
}
