// What is made of values that come again and again, each made once. Pure but for what it keeps, which is bounded.

/** What is made of a value and what it stands beside. */
export type Make<Value, Beside, Made> = (value: Value, beside: Beside) => Made;

const mostKept = 4096;

/** The same as `make` answers, which must answer the same for the same two. */
export function onceEach<Value, Beside, Made extends {}>(
  make: Make<Value, Beside, Made>,
): Make<Value, Beside, Made> {
  const byBeside = new Map<Beside, Map<Value, Made>>();
  return (value, beside) => {
    let known = byBeside.get(beside);
    if (known === undefined) {
      if (byBeside.size === mostKept) byBeside.clear();
      known = new Map();
      byBeside.set(beside, known);
    }
    const found = known.get(value);
    if (found !== undefined) return found;
    const made = make(value, beside);
    if (known.size === mostKept) known.clear();
    known.set(value, made);
    return made;
  };
}
