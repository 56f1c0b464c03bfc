// What a test is called in records and runs: `file::suite › … ::name`, the same in every run.
// Two tests of one name in a file are told apart by their order.

export interface TestPlace {
  /** From the project's root, with `/` between folders. */
  readonly file: string;
  /** The project, where a run has several. */
  readonly project?: string | undefined;
  /** Outermost first. */
  readonly suites: readonly string[];
  readonly name: string;
}

/** The names of one run of one process, or of one file. */
export class TestIds {
  readonly #known = new WeakMap<object, string>();
  readonly #count = new Map<string, number>();

  /** `test` is the runner's own object, the same one in each of its tries. */
  idOf(test: object, place: TestPlace): string {
    const known = this.#known.get(test);
    if (known !== undefined) return known;
    const plain = plainId(place);
    const count = (this.#count.get(plain) ?? 0) + 1;
    this.#count.set(plain, count);
    const id = count === 1 ? plain : `${plain} (${count})`;
    this.#known.set(test, id);
    return id;
  }
}

function plainId({ file, project, suites, name }: TestPlace): string {
  const parts = [project ? `[${project}] ${file}` : file];
  if (suites.length > 0) parts.push(suites.join(' › '));
  return [...parts, name].join('::');
}
