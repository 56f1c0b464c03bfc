// Counts as a row of bars, one per bin: the highest is full, and what is less than an eighth of it is blank. Pure.

const levels = [...' ▁▂▃▄▅▆▇█'];

export function bars(counts: readonly number[]): string {
  const most = Math.max(0, ...counts);
  if (most === 0) return '';
  return counts.map((count) => levels[Math.floor((count / most) * (levels.length - 1))] ?? '').join('');
}
