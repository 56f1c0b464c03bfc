// Texts of numbers that come again and again, each made once. Pure but for what it keeps, which is bounded.

/** The text of a value of which one unit is `factor`. */
export type TextOf = (value: number, factor: number) => string;

const mostKept = 4096;

/** The same texts as `make` answers, which must say the same of the same numbers. */
export function onceEach(make: TextOf): TextOf {
  const byFactor = new Map<number, Map<number, string>>();
  return (value, factor) => {
    let known = byFactor.get(factor);
    if (known === undefined) {
      known = new Map();
      byFactor.set(factor, known);
    }
    const found = known.get(value);
    if (found !== undefined) return found;
    const text = make(value, factor);
    if (known.size === mostKept) known.clear();
    known.set(value, text);
    return text;
  };
}
