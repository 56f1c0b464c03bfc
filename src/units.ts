// Bytes and counts as people read them, and the rounding that every table shares.
// Pure text from numbers: no width, no colour, no locale.

export type ByteUnit = 'B' | 'KiB' | 'MiB' | 'GiB' | 'TiB';

const byteUnits: readonly ByteUnit[] = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const unitBytes: readonly number[] = byteUnits.map((_, index) => 1024 ** index);

/** How many bytes one `unit` is: a power of 1024. */
export function bytesPerUnit(unit: ByteUnit): number {
  return unitBytes[byteUnits.indexOf(unit)] as number;
}

/** The largest unit of which `bytes` is at least one; B for zero. The sign does not matter. */
export function byteUnitOf(bytes: number): ByteUnit {
  const magnitude = Math.abs(bytes);
  let index = byteUnits.length - 1;
  while (index > 0 && magnitude < (unitBytes[index] as number)) index -= 1;
  return byteUnits[index] as ByteUnit;
}

/** `1,234 B`, `12.34 MiB`: whole bytes, other units with two decimals; in its own unit by default. */
export function formatBytes(bytes: number, unit: ByteUnit = byteUnitOf(bytes)): string {
  return `${byteDigits(bytes, bytesPerUnit(unit))} ${unit}`;
}

/** `1,234`, `12.34`: bytes in a unit of so many bytes, without the unit. */
export function byteDigits(bytes: number, perUnit: number): string {
  return groupThousands(roundHalfEven(bytes / perUnit, perUnit === 1 ? 0 : 2));
}

/** `1,234`: a whole number; a fraction (a mean) is rounded half to even. */
export function formatCount(count: number): string {
  return groupThousands(roundHalfEven(count, 0));
}

/**
 * `value` in decimal notation with `digits` decimals; ties, judged on the exact binary value, go to the even digit
 * (1.125 -> 1.12). A zero carries no sign. Throws RangeError for a number that is not finite.
 */
export function roundHalfEven(value: number, digits: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`cannot be rounded: ${value}`);
  // WHY: toFixed changes to the exponent form there; a double of that size is a whole number.
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}${digits === 0 ? '' : `.${'0'.repeat(digits)}`}`;
  if (digits === 0 && Number.isSafeInteger(value)) return String(value);
  const magnitude = Math.abs(value);
  const hundredths = digits === 2 ? nearestHundredths(magnitude) : undefined;
  if (hundredths !== undefined)
    return value < 0 && hundredths > 0 ? `-${hundredthsText(hundredths)}` : hundredthsText(hundredths);
  const rounded = isTie(magnitude, digits) ? roundTieToEven(magnitude, digits) : magnitude.toFixed(digits);
  return value < 0 && Number(rounded) !== 0 ? `-${rounded}` : rounded;
}

// PERF: nearly all numbers of a table have two decimals and are far from a tie; a third of the time of toFixed.
function nearestHundredths(magnitude: number): number | undefined {
  const scaled = magnitude * 100;
  if (!(scaled < 2 ** 30) || Math.abs((scaled % 1) - 0.5) < 1e-3) return undefined;
  return Math.floor(scaled + 0.5);
}

function hundredthsText(hundredths: number): string {
  const whole = Math.floor(hundredths / 100);
  const rest = hundredths - whole * 100;
  return rest < 10 ? `${whole}.0${rest}` : `${whole}.${rest}`;
}

/**
 * The shortest decimal that reads back as `value`, never in the exponent form, which readers of XML times refuse.
 * Throws RangeError for a number that is not finite.
 */
export function plainDecimal(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`has no decimals: ${value}`);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value));
  if (match === null) return String(value);
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, '0');
}

/** Puts a comma before each group of three integer digits. */
export function groupThousands(decimal: string): string {
  // PERF: nearly all cells have no more than three digits before the point.
  const point = decimal.indexOf('.');
  if ((point < 0 ? decimal.length : point) <= 3) return decimal;
  const [whole = '', fraction] = decimal.split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

const powersOfTen: readonly number[] = [1, 10, 100, 1000];

// WHY: toFixed works on the exact binary value and 100 decimals write out every tie in full, so the digits after the
// rounding place are exactly 5000... for a tie and nothing else.
function isTie(magnitude: number, digits: number): boolean {
  // PERF: writing out 100 decimals takes microseconds, and what is far from a half is no tie.
  const scaled = magnitude * (powersOfTen[digits] ?? 10 ** digits);
  if (scaled < 2 ** 40 && Math.abs((scaled % 1) - 0.5) > 1e-3) return false;
  const rest = magnitude.toFixed(100).split('.')[1]?.slice(digits) ?? '';
  return /^50*$/.test(rest);
}

function roundTieToEven(magnitude: number, digits: number): string {
  const exact = magnitude.toFixed(digits + 1);
  const down = exact.slice(0, digits === 0 ? -2 : -1);
  const lastDigit = Number(down.at(-1));
  return lastDigit % 2 === 0 ? down : magnitude.toFixed(digits);
}
