// Numbers and nodes of the page as text.
// INVARIANT: the functions here use no outer names but each other: their source texts are put into the page.

/** `4.40 MiB`, `1,000 B`, `135`. */
export function amountText(value: number, unit: 'B' | ''): string {
  if (unit === '' || Math.abs(value) < 1024) return exactText(value, unit);
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let [scaled, at] = [value / 1024, 0];
  while (Math.abs(scaled) >= 1024 && at < units.length - 1) {
    scaled /= 1024;
    at += 1;
  }
  const size = Math.abs(scaled);
  return `${roundEven(scaled, size >= 100 ? 0 : size >= 10 ? 1 : 2)} ${units[at]}`;
}

/** To so many decimals; what lies in the middle becomes even, as in the reports. */
export function roundEven(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  const scaled = Math.abs(value) * factor;
  const below = Math.floor(scaled);
  const part = scaled - below;
  const rounded = part > 0.5 || (part === 0.5 && below % 2 === 1) ? below + 1 : below;
  return (Math.sign(value) * rounded) / factor;
}

/** `4,616,817 B`. */
export function exactText(value: number, unit: 'B' | ''): string {
  return `${String(value).replace(/\B(?=(\d{3})+$)/g, ',')}${unit === '' ? '' : ` ${unit}`}`;
}

/** `12.3%`; `<0.1%` for what is there and rounds to nothing; '' of a whole that is nothing. */
export function percentText(part: number, whole: number): string {
  if (whole === 0) return '';
  const text = roundEven((100 * part) / whole, 1).toFixed(1);
  return part > 0 && text === '0.0' ? '<0.1%' : `${text}%`;
}
