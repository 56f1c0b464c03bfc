// The params of a benchmark: what a value may be, what it is called, and what its functions get. Pure.
import { BenchmemError } from '../errors.js';
import { isRecord } from '../shapes.js';

/** What stands in ids, run files and dims. */
export type ParamValue = string | number | boolean;

/** A value of any type under a name: the benchmark gets `value`; ids, run files and tables show `label`. */
export interface LabelledParam<Value extends NonNullable<unknown> | null = NonNullable<unknown> | null> {
  readonly label: ParamValue;
  readonly value: Value;
}

export type ParamLists = Readonly<Record<string, readonly (ParamValue | LabelledParam)[]>>;

type ValueOf<Param> = Param extends { readonly label: ParamValue; readonly value: infer Value }
  ? Value
  : Param;

/** One value of each param, without its label. */
export type ParamsOf<Lists extends ParamLists> = {
  readonly [Name in keyof Lists]: ValueOf<Lists[Name][number]>;
};

const allowed = "texts, finite numbers, booleans, or { label: 'name', value } for a value of any other type";

/** Throws INVALID_OPTION, naming the benchmark and the param. */
export function checkParams(bench: string, params: unknown): void {
  const refuse = (what: string, hint: string) =>
    new BenchmemError('INVALID_OPTION', `bench ${JSON.stringify(bench)}: ${what}`, hint);
  if (!isRecord(params)) {
    throw refuse(`params is ${kindOf(params)}`, 'pass lists of values: { n: [1000, 10_000] }');
  }
  for (const [name, list] of Object.entries(params)) {
    const param = `param ${JSON.stringify(name)}`;
    if (!Array.isArray(list) || list.length === 0) {
      const what = Array.isArray(list) ? 'has no value' : `is ${kindOf(list)}, and no list`;
      throw refuse(`${param} ${what}`, `write params: { ${name}: [1, 2, 3] }`);
    }
    const labels = new Map<string, number>();
    for (let at = 0; at < list.length; at += 1) {
      const flaw = flawOf(list[at]);
      if (flaw !== undefined) throw refuse(`value ${at + 1} of ${param} is ${flaw}`, `pass ${allowed}`);
      const label = String(paramLabel(list[at]));
      const before = labels.get(label);
      if (before !== undefined) {
        throw refuse(
          `values ${before} and ${at + 1} of ${param} are both called ${JSON.stringify(label)}`,
          'give every value a name of its own, because ids are made of them',
        );
      }
      labels.set(label, at + 1);
    }
  }
}

/** What a value that was checked is called. */
export function paramLabel(value: ParamValue | LabelledParam): ParamValue {
  return isParamValue(value) ? value : value.label;
}

/** What the benchmark gets for a value that was checked. */
export function paramValue(value: ParamValue | LabelledParam): unknown {
  return isParamValue(value) ? value : value.value;
}

export function isParamValue(value: unknown): value is ParamValue {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

// Why a value can be no param; undefined: it can.
function flawOf(value: unknown): string | undefined {
  if (isParamValue(value)) return undefined;
  if (!isRecord(value) || !Object.hasOwn(value, 'label')) {
    const kind = kindOf(value);
    return kind === 'an object' ? 'an object without a label' : kind;
  }
  const { label, value: inner } = value;
  if (!isParamValue(label)) return `an object whose label is ${kindOf(label)}`;
  if (label === '') return 'an object whose label is empty';
  const shown = JSON.stringify(label);
  if (inner === undefined) return `labelled ${shown}, and its value is undefined`;
  const other = Object.keys(value).find((key) => key !== 'label' && key !== 'value');
  return other === undefined
    ? undefined
    : `labelled ${shown}, and has a field ${JSON.stringify(other)} besides label and value`;
}

function kindOf(value: unknown): string {
  switch (typeof value) {
    case 'bigint':
      return `a BigInt (${value}n)`;
    case 'symbol':
      return `a symbol (${String(value)})`;
    case 'function':
      return 'a function';
    case 'object': {
      if (value === null) return 'null';
      if (Array.isArray(value)) return 'a list';
      const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
      return tag === 'Object' ? 'an object' : `a ${tag}`;
    }
    default:
      return typeof value === 'string' ? JSON.stringify(value) : String(value);
  }
}
