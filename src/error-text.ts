// An error as text that can cross into another process, with its causes and the errors that it gathers; and back.
// INVARIANT: describing never throws, ends for cycles, and its result is bounded, whatever was thrown.
import { inspect } from 'node:util';
import { defined, isText } from './shapes.js';

/** An error, reduced to what crosses: a structured clone would refuse many. */
export interface ErrorText {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly cause?: ErrorText;
  /** Those that an AggregateError gathers. */
  readonly errors?: readonly ErrorText[];
}

const deepest = 6;
const mostErrors = 8;
/** Of the whole description, so that gathered errors that gather errors end too. */
const mostTexts = 30;
const longestInner = 2000;

/** Whatever was thrown: also what has no text, or throws when it is asked for it. */
export function describeError(error: unknown): ErrorText {
  return describe(error, { seen: new Set(), depth: 0, left: { texts: mostTexts } });
}

/** The described error as an Error again, with the child's stack; without frames where what was thrown had none. */
export function reviveError(text: ErrorText): Error {
  const { name, message, stack, code, cause, errors } = text;
  const error = new Error(message, cause === undefined ? undefined : { cause: reviveError(cause) });
  error.name = name;
  error.stack = stack ?? headline(text);
  if (errors !== undefined) {
    Object.defineProperty(error, 'errors', {
      value: errors.map(reviveError),
      configurable: true,
      writable: true,
    });
  }
  return code === undefined ? error : Object.assign(error, { code });
}

/** The description with each stack as `change` answers it. */
export function withStacks(text: ErrorText, change: (stack: string) => string): ErrorText {
  const { stack, cause, errors } = text;
  return {
    ...text,
    ...defined({
      stack: stack && change(stack),
      cause: cause && withStacks(cause, change),
      errors: errors?.map((inner) => withStacks(inner, change)),
    }),
  };
}

/** `Name: message`, or what there is of it. */
export function headline({ name, message }: ErrorText): string {
  return [name, message].filter((part) => part !== '').join(': ');
}

export interface InnerError {
  /** How far below the error itself, from 1 on. */
  readonly depth: number;
  /** `caused by`, or `error 2`. */
  readonly role: string;
  readonly text: ErrorText;
}

/** What stands below an error: its gathered errors, then its cause, each followed by what stands below it. */
export function innerErrors({ cause, errors = [] }: ErrorText, depth = 1): InnerError[] {
  const inner = [
    ...errors.map((text, at) => ({ depth, role: `error ${at + 1}`, text })),
    ...(cause === undefined ? [] : [{ depth, role: 'caused by', text: cause }]),
  ];
  return inner.flatMap((entry) => [entry, ...innerErrors(entry.text, depth + 1)]);
}

/** A line for each of them, without stacks. */
export function innerLines(error: unknown): string[] {
  return innerErrors(describeError(error)).map(
    ({ depth, role, text }) => `${'  '.repeat(depth - 1)}${role}: ${headline(text)}`,
  );
}

interface Way {
  readonly seen: ReadonlySet<unknown>;
  readonly depth: number;
  readonly left: { texts: number };
}

function describe(error: unknown, way: Way): ErrorText {
  way.left.texts -= 1;
  try {
    if (!(error instanceof Error)) return { name: 'Error', message: short(plainText(error), way) };
    const text = ownText(error, way);
    return { ...text, ...below(error, way) };
  } catch {
    return { name: 'Error', message: 'a value that cannot be shown' };
  }
}

function ownText(error: Error, way: Way): ErrorText {
  const { code } = error as { code?: unknown };
  return {
    name: String(error.name),
    message: short(String(error.message), way),
    ...defined({
      stack: isText(error.stack) ? short(error.stack, way) : undefined,
      code: isText(code) ? code : undefined,
    }),
  };
}

function below(error: Error, { seen, depth, left }: Way): Pick<ErrorText, 'cause' | 'errors'> {
  const cause = fieldOf(error, 'cause');
  const errors = fieldOf(error, 'errors');
  const way: Way = { seen: new Set([...seen, error]), depth: depth + 1, left };
  const gathered = Array.isArray(errors) ? [...errors.slice(0, mostErrors)] : [];
  const omitted = Array.isArray(errors) ? errors.length - gathered.length : 0;
  const texts = gathered.map((inner) => inside(inner, way));
  const all = omitted > 0 ? [...texts, { name: '', message: `${omitted} more` }] : texts;
  return defined({
    cause: cause === undefined ? undefined : inside(cause, way),
    errors: all.length > 0 ? all : undefined,
  });
}

function fieldOf(error: Error, name: string): unknown {
  try {
    return (error as unknown as Record<string, unknown>)[name];
  } catch {
    return undefined; // a getter that throws: what the error itself says is worth more
  }
}

function inside(error: unknown, way: Way): ErrorText {
  if (way.seen.has(error)) return { name: '', message: 'an error that stands above already' };
  if (way.depth > deepest || way.left.texts <= 0) return { name: '', message: 'more that is not shown' };
  return describe(error, way);
}

function short(text: string, { depth }: Way): string {
  return depth === 0 || text.length <= longestInner ? text : `${text.slice(0, longestInner)}…`;
}

function plainText(value: unknown): string {
  const text = String(value);
  return text === '[object Object]'
    ? inspect(value, { depth: 1, breakLength: Infinity, maxStringLength: 500 })
    : text;
}
