// So many significant decimal digits of a double. Pure; a tie goes to the even digit.

export interface Significant {
  /** `digits` decimal digits, the point after the first. */
  readonly mantissa: string;
  readonly exponent: number;
  readonly negative: boolean;
}

/**
 * The same digits as text, without the exponent form and without zeros at the end; undefined for what only the exact way
 * rounds right: a tie, and where the exponent form would begin.
 * PERF: toPrecision differs in ties alone (it rounds them up), and takes a fifth of the exact way.
 */
export function quickSignificant(value: number, digits: number): string | undefined {
  const magnitude = Math.abs(value);
  if (!(magnitude >= 1e-6 && magnitude < (powersOfTen[digits] ?? 10 ** digits))) return undefined;
  const exponent = Math.floor(Math.log10(magnitude));
  const scaled = magnitude * 10 ** (digits - 1 - exponent);
  if (Math.abs((scaled % 1) - 0.5) < 1e-3) return undefined;
  const text = value.toPrecision(digits);
  return text.includes('e') ? undefined : withoutEndZeros(text);
}

const powersOfTen: readonly number[] = [1, 10, 100, 1000, 10_000];

/** A decimal without the zeros at the end of its fraction. */
export function withoutEndZeros(text: string): string {
  if (!text.includes('.')) return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === zero) end -= 1;
  return text.slice(0, text.charCodeAt(end - 1) === point ? end - 1 : end);
}

const zero = 0x30;
const point = 0x2e;

// PERF: a tie needs the exact value written out; the shorter text rules it out for nearly all values.
/** `value` with so many significant digits. */
export function roundSignificant(value: number, digits: number): Significant {
  const magnitude = Math.abs(value);
  const negative = value < 0;
  const [rounded = '', power = '0'] = magnitude.toExponential(digits - 1).split('e');
  const mantissa = rounded.replace('.', '');
  const [shortest = ''] = magnitude.toExponential().split('e');
  const rest = shortest.replace('.', '').slice(digits);
  if (!rest.startsWith('5') || !isTie(magnitude, digits))
    return { mantissa, exponent: Number(power), negative };
  const [exact = '', exactPower = '0'] = magnitude.toExponential(100).split('e');
  const down = exact.replace('.', '').slice(0, digits);
  // WHY: toExponential rounds a tie up, so the digits below it are the even ones or the others are.
  return Number(down.at(-1)) % 2 === 0
    ? { mantissa: down, exponent: Number(exactPower), negative }
    : { mantissa, exponent: Number(power), negative };
}

function isTie(magnitude: number, digits: number): boolean {
  const [exact = ''] = magnitude.toExponential(100).split('e');
  return /^50*$/.test(exact.replace('.', '').slice(digits));
}

/** The digits with the point where `exponent` puts it; zeros after the point are dropped by default. */
export function placePoint(digits: string, exponent: number, drop = true): string {
  const padded = exponent < 0 ? '0'.repeat(-exponent) + digits : digits.padEnd(exponent + 1, '0');
  const whole = padded.slice(0, Math.max(exponent, 0) + 1);
  const fraction = padded.slice(whole.length);
  const kept = drop ? fraction.replace(/0+$/, '') : fraction;
  return kept === '' ? whole : `${whole}.${kept}`;
}
