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
  return `${Math.abs(scaled) >= 1000 ? Math.round(scaled) : Number(scaled.toPrecision(3))} ${units[at]}`;
}

/** `4,616,817 B`. */
export function exactText(value: number, unit: 'B' | ''): string {
  return `${String(value).replace(/\B(?=(\d{3})+$)/g, ',')}${unit === '' ? '' : ` ${unit}`}`;
}

/** `12.3%`; `<0.1%` for what is there and rounds to nothing; '' of a whole that is nothing. */
export function percentText(part: number, whole: number): string {
  if (whole === 0) return '';
  const text = ((100 * part) / whole).toFixed(1);
  return part > 0 && text === '0.0' ? '<0.1%' : `${text}%`;
}
