// The settings that a config file may hold, as types, and the function that brings them into an editor.
// The settings are the flags of `benchmem run` in camel case; the command reads and checks them. Those that say how to
// measure, where runs are saved and what a comparison refuses hold for `benchmem measure` too.

import type { TestsConfig } from '../testing/settings.js';

type Text = string | number;

/** What `benchmem.config.ts` or package.json's `benchmem` key may say; a flag on the command line wins. */
export interface RunConfig {
  /** Bench files, folders or globs, where the command line names none. */
  readonly files?: readonly string[];
  /** Measure in random order. */
  readonly shuffle?: boolean;
  /** How many benchmarks take memory passes side by side; up to 4 unless given. */
  readonly jobs?: Text;
  /** A child is killed after so long: `30s`, `5m`; 10 minutes unless given. */
  readonly timeout?: Text;
  /** The path of the node that measures. */
  readonly node?: string;
  /** Flags for that node. */
  readonly nodeArg?: string | readonly string[];
  /** False takes no memory passes. */
  readonly memory?: boolean;
  /** Exactly so many memory passes; not beside `maxTime`. */
  readonly repeats?: Text;
  /** Unmeasured calls beforehand; 1 unless given. */
  readonly warmup?: Text;
  /** No further memory pass after so long: `30s`, `500ms`. */
  readonly maxTime?: Text;
  /** Resident memory too, in cold children. */
  readonly rss?: boolean;
  /** Exactly so many of these children. */
  readonly rssPasses?: Text;
  /** JavaScript objects too. */
  readonly objects?: boolean;
  /** Which objects stay, and what keeps them. */
  readonly retainers?: boolean;
  /** Not where the JavaScript heap has more: '256MiB' unless given. */
  readonly retainersMax?: string | number;
  /** What serves malloc in the children; jemalloc unless given. */
  readonly allocator?: 'jemalloc' | 'system';
  /** First calls: every memory pass in a fresh child, without a warm-up. */
  readonly cold?: boolean;
  /** Fewer figures in half the time: peak, allocations and retained. */
  readonly quick?: boolean;
  /** Children without preload and V8 flags. */
  readonly attached?: boolean;
  /** Keeps the stacks behind the native figures in this folder; with limits, of what is over one. */
  readonly profile?: string;
  /** False leaves native frames out of them. */
  readonly profileNative?: boolean;
  /** False takes no times. */
  readonly time?: boolean;
  /** At least so many timed rounds; 5 unless given. */
  readonly minRounds?: Text;
  /** A round holds as many calls as fill this time; `100us` unless given. */
  readonly minTime?: Text;
  /** As many rounds as fit this time; `1s` unless given. */
  readonly timeMax?: Text;
  /** Unmeasured rounds beforehand; 1 unless given. */
  readonly warmupRounds?: Text;
  /** True compares with the latest saved run; a text with that number, name or file. */
  readonly compare?: true | Text;
  /** Limits for runs that compare: `peak:5%`, `allocated:1MiB`. */
  readonly compareFail?: string | readonly string[];
  /** Limits of falls as well as of growth. */
  readonly compareFailOnChange?: string | readonly string[];
  /** What earlier runs called otherwise, old name first: ids, or prefixes that end in `::`. */
  readonly renames?: Readonly<Record<string, string>>;
  /** What limits are judged against: the run that is compared with, or each figure's level since its last step. */
  readonly against?: 'run' | 'level';
  /** The branch that `--compare=base` and `history` mean; that of `origin`, else `main` or `master`, unless given. */
  readonly mainBranch?: string;
  /** A missing run to compare with is an error; true in CI unless given. */
  readonly requireBaseline?: boolean;
  /** False leaves out what changed since the last saved run. */
  readonly history?: boolean;
  /** Names that end so are originals: `orig`. */
  readonly originalPostfix?: string | readonly string[];
  /** Names that end so are the newer implementation of an original: `new`. */
  readonly referencePostfix?: string | readonly string[];
  /** What these are called in labels: `{ orig: 'original' }`. */
  readonly postfixLabels?: Readonly<Record<string, string>>;
  /** The groups of `analyze` and of the section after a run: `group`, `custom:KEY`, `param:NAME`. */
  readonly analyzeGroupBy?: string | readonly string[];
  /** Metrics of the table. */
  readonly columns?: string | readonly string[];
  /** Their statistics. */
  readonly stats?: string | readonly string[];
  /** One table, or one per metric. */
  readonly table?: 'combined' | 'split';
  /** `table`, `json`, `junit`, `github`, or one of them with a file: `junit=junit.xml`. */
  readonly reporter?: string | readonly string[];
  /** The run file to write. */
  readonly json?: string;
  /** Saves each run under this name. */
  readonly save?: string;
  /** How many rounds of each benchmark a saved run keeps; 50 unless given. */
  readonly saveRounds?: 'all' | Text;
  /** Saves each run, named by commit and time. */
  readonly autosave?: boolean;
  /** The folder of saved runs; `.benchmarks` unless given. */
  readonly storage?: string;
  /** Facts for the run file. */
  readonly tag?: string | readonly string[] | Readonly<Record<string, string | number | boolean>>;
  /** Settings of tests in test runners, and of `benchmem test`. */
  readonly tests?: TestsConfig;
  /** Colour, whatever the terminal says. */
  readonly color?: boolean;
}

/** The same settings, for editors to know their types: `export default defineConfig({ repeats: 3 })`. */
export function defineConfig(config: RunConfig): RunConfig {
  return config;
}
