// An error as the person at the terminal needs it: what happened, then what to type next. Pure.

import { fileURLToPath } from 'node:url';
import { describeError, type ErrorText, headline, type InnerError, innerErrors } from '../../error-text.js';
import { BenchmemError, ChildError } from '../../errors.js';
import { guardCommand, printable, printableLines } from '../../text/escapes.js';
import { colorsOf } from '../terminal.js';
import type { Terminal } from '../world.js';

const tailLines = 12;
const causeFrames = 5;
// Of an error below another one.
const innerFrames = 2;
const innerMessageLines = 4;
const seeCause = 'see the cause';
const showsCause = new Set<string>([
  'ACTION_FAILED',
  'SETUP_FAILED',
  'TEARDOWN_FAILED',
  'MODULE_FAILED',
  'BAD_CONFIG',
]);

/** `benchmem: message` and `  hint: …`; with the benchmark it concerns, and the end of what its child wrote. */
export function renderError(
  error: BenchmemError,
  terminal: Pick<Terminal, 'color'>,
  subject?: string,
): string {
  const colors = colorsOf(terminal);
  // Who interrupts knows why.
  if (error.code === 'ABORTED') return `${colors.red('benchmem:')} interrupted\n`;
  const where = subject === undefined ? '' : `${printable(subject)}: `;
  const [first = '', ...rest] = printableLines(error.message).trimEnd().split('\n');
  const lines = [
    `${colors.red('benchmem:')} ${where}${first}`,
    ...rest.map((line) => guardCommand(`  ${line}`)),
  ];
  lines.push(...causeOf(error));
  if (error instanceof ChildError) lines.push(...tailOf(error.child.tail, error.message));
  // WHY: the hint to see the cause is left out, because on a terminal the cause stands above.
  if (error.hint !== '' && error.hint !== seeCause) lines.push(...hintLines(error.hint, colors.dim));
  return `${lines.join('\n')}\n`;
}

/** An error that nobody foresaw: with its stack, because whoever reads it has to report it. */
export function renderBug(error: unknown, terminal: Pick<Terminal, 'color'>): string {
  const colors = colorsOf(terminal);
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${colors.red('benchmem:')} internal error: ${printableLines(stack)}\n${hintLines('this is a bug in benchmem: please report it with the lines above', colors.dim).join('\n')}\n`;
}

export function isForeseen(error: unknown): error is BenchmemError {
  return error instanceof BenchmemError && error.code !== 'INTERNAL';
}

function hintLines(hint: string, tone: (text: string) => string): string[] {
  const [first = '', ...rest] = printableLines(hint).trimEnd().split('\n');
  return [`  ${tone('hint:')} ${first}`, ...rest.map((line) => guardCommand(`        ${line}`))];
}

// All code of the package is below these folders.
const own = ['../..', '../../../bin/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
const isTheirs = (frame: string) => ![...own, 'node:internal/'].some((place) => frame.includes(place));

// The stack of the user's own error: which line of their code threw. What called them, or stands below, is not theirs.
function causeOf({ code, cause }: BenchmemError): string[] {
  if (!showsCause.has(code) || cause === undefined) return [];
  const text = describeError(cause);
  return [
    ...framesOf(text, causeFrames).map((line) => `  ${line}`),
    ...innerErrors(text).flatMap(innerLines),
  ];
}

function innerLines({ depth, role, text }: InnerError): string[] {
  const indent = '  '.repeat(depth);
  const [first = '', ...rest] = printableLines(headline(text)).trimEnd().split('\n');
  const shown = [`${role}: ${first}`, ...rest.slice(0, innerMessageLines).map((line) => `  ${line}`)];
  const lines = [...shown, ...framesOf(text, innerFrames).map((line) => `  ${line}`)];
  return lines.map((line) => guardCommand(`${indent}${line}`));
}

function framesOf({ stack = '' }: ErrorText, most: number): string[] {
  const frames = printableLines(stack)
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && isTheirs(line));
  return frames.slice(0, most).map((line) => line.trim());
}

// WHY: there is a check, because an engine error may quote the tail in its message already.
function tailOf(tail: string, message: string): string[] {
  const lines = printableLines(tail)
    .trimEnd()
    .split('\n')
    .filter((line) => line.trim() !== '');
  if (lines.length === 0 || message.includes(tail.trim())) return [];
  return lines.slice(-tailLines).map((line) => `  | ${line}`);
}
