// The layers of src/ and native/: what each may import. The layering test reads this table, and ARCHITECTURE.md prints
// it. The lowest layers stand first; a layer that does not exist is not permitted.

export interface Layer {
  /** Its own files are always allowed. For src/: other layers; for native/: other folders, or one header of a folder. */
  readonly imports: readonly string[];
  readonly what: string;
}

const leaves = ['shapes', 'error-text', 'errors', 'units', 'files'];
const core = [...leaves, 'native', 'stats', 'text', 'profile', 'retainers', 'engine', 'runfile'];
const tools = [
  'limits',
  'testing',
  'layout',
  'test-report',
  'runner',
  'exec',
  'sweep',
  'compare',
  'history',
  'plot',
  'flamegraph',
  'dashboard',
  'database',
];

/** Folders of src/, and files right below it. */
export const typescriptLayers: Readonly<Record<string, Layer>> = {
  shapes: { imports: [], what: 'what plain data from outside looks like; `defined()`' },
  'error-text': { imports: ['shapes'], what: 'an error of the user as text and data' },
  errors: { imports: [], what: '`BenchmemError`, the closed list of its codes' },
  units: { imports: ['errors'], what: 'bytes, durations and counts as people write and read them' },
  files: {
    imports: ['errors'],
    what: 'folders that are made, files that are replaced as a whole, what keeps the process from files',
  },
  native: { imports: leaves, what: "the addon's types, and its loader" },
  stats: { imports: leaves, what: 'statistics over the series of a benchmark; pure' },
  text: {
    imports: ['stats', ...leaves],
    what: 'limits and conditions as people write them, numbers as they are printed; pure, and light enough for bench files',
  },
  profile: {
    imports: ['native', 'stats', 'text', ...leaves],
    what: 'allocation profiles: names of frames (`names/`), the canonical order, the file (`pprof/`), pure reports and exports, two profiles joined (`diff/`). Opens no file that a profile names, except when one is captured',
  },
  retainers: {
    imports: leaves,
    what: 'a heap snapshot to the objects that stay and what keeps them: its reader, dominators, paths as people name them, groups, words; pure, and holds no string of the program',
  },
  engine: {
    imports: ['native', 'stats', 'profile', 'retainers', ...leaves],
    what: 'the public measuring functions; `window/`: settling, spans, passes and their loop, windows in two halves, whose turn it is; `leaks/`: rounds of calls, and the rule over their growth; `child/`: measuring processes: what both sides say (`protocol.ts`), what runs in the `parent/` and what runs `inside/`; `result/`: samples, `MemoryResult`, warnings; `modules/`: loading what the user named; `profile/`: a captured profile gets its names and its file',
  },
  limits: {
    imports: ['engine', 'native', 'stats', 'text', 'profile', 'retainers', ...leaves],
    what: 'limits and leak checks of one test: their grammar, the verdict (pure), wrappers and matchers; no runner in it',
  },
  runfile: {
    imports: ['engine', 'stats', 'text', ...leaves],
    what: 'the run file: its shape, read, write, storage and its index, merge',
  },
  compare: {
    imports: ['stats', 'text', 'runfile', ...leaves],
    what: 'runs to one document (table or diff), exports; `gate/`: which move passes a limit, whose limit holds, what is refused, the verdict; pure: renderers only print it',
  },
  history: {
    imports: ['compare', 'stats', 'text', 'runfile', ...leaves],
    what: 'two runs by their roles: cases and their postfixes, rows per method, groups, pairs, what changed since the last run; many runs as series in the order of their commits; pure',
  },
  plot: {
    imports: ['compare', 'history', 'stats', 'text', 'runfile', ...leaves],
    what: 'runs to plotly figures, figures to one HTML page; pure. Functions that run in the page use no other names: their source goes into it',
  },
  flamegraph: {
    imports: ['profile', 'stats', 'text', ...leaves],
    what: 'a profile, or two, to one HTML page; no clock, file or process. Functions that run in the page use no other names: their source goes into it',
  },
  dashboard: {
    imports: ['compare', 'history', 'plot', 'flamegraph', 'profile', 'stats', 'text', 'runfile', ...leaves],
    what: 'saved runs to the pages that `serve` and `publish` show: the board of all runs, the filters of an address, moves, markup that is escaped by construction; pure',
  },
  database: {
    imports: ['stats', 'text', 'runfile', ...leaves],
    what: 'saved runs in PostgreSQL: what names a database and its secrets, connections, tables and their migrations, a run in one transaction, the run store over all of it',
  },
  testing: {
    imports: ['limits', ...core],
    what: 'tests as they are measured in test runners: the record of one, the spool that processes write, the settings of a run',
  },
  layout: {
    imports: ['text'],
    what: 'lines that fit a terminal: columns, what a text takes there, how it is cut and wrapped, colours; what is known of a terminal',
  },
  'test-report': {
    imports: ['layout', 'testing', 'limits', ...core],
    what: 'the report of a run of tests, as the command `test` and the reporters of test runners print it',
  },
  runner: {
    imports: ['testing', ...core],
    what: "a run: its plan (of bench files, exports or loadings), cases and ids, a benchmark's passes and its timing child, their order; `bench` and `group`",
  },
  exec: {
    imports: ['engine', 'native', ...leaves],
    what: 'whole programs: the agent that goes before them, their snapshots, the verdict (pure)',
  },
  sweep: {
    imports: ['runner', ...core],
    what: 'versions x Nodes x allocators: a fresh folder per cell, npm without a shell, the import check',
  },
  cli: {
    imports: ['testing', ...tools, ...core],
    what: 'one folder per command: its row, flags, what they mean, work, render; none imports another. `suite/` is what `run` and `measure` share, `text/` what all print with',
  },
  integrations: {
    imports: ['limits', 'layout', 'testing', 'test-report', ...leaves],
    what: 'one folder per test runner: the hooks that put its tests into windows, its settings, its reporter; none imports another, and a runner itself only if that runner alone loads it',
  },
  index: { imports: ['runner', ...core], what: 'the public API' },
};

/** Layers of data in, data out: no clock, file, process or native code. */
export const pureLayers: readonly string[] = [
  'stats',
  'text',
  'retainers',
  'compare',
  'history',
  'plot',
  'dashboard',
];

const hooked = ['abi', 'include', 'kernel', 'callers', 'profile', 'tracker', 'mappings', 'backend'];

export const nativeLayers: Readonly<Record<string, Layer>> = {
  abi: { imports: [], what: 'the versioned struct between the preload library and the addon' },
  include: { imports: [], what: 'the header for addons with an allocator of their own' },
  kernel: { imports: [], what: 'a lock, pages and errno without an allocator: system calls only' },
  callers: {
    imports: ['abi', 'kernel'],
    what: 'the call site to a source and a shared object; the whole native stack',
  },
  profile: {
    imports: ['abi', 'kernel', 'callers/callers.h', 'callers/stack_walk.h'],
    what: 'per distinct stack what it allocated, and held at the marks',
  },
  tracker: {
    imports: ['abi', 'kernel', 'callers/callers.h', 'callers/callers_inline.h', 'profile'],
    what: 'blocks, live bytes, marks; no hook and no V8',
  },
  mappings: {
    imports: ['abi', 'kernel', 'callers/callers.h', 'tracker/tracker.h'],
    what: 'mapped memory that malloc does not know',
  },
  backend: { imports: ['abi', 'kernel'], what: "the allocator behind the hooks: jemalloc, or the system's" },
  interposer: { imports: hooked, what: 'the hooks, over any back end' },
  'interposer/preload': { imports: ['interposer', ...hooked], what: '`libbenchmem.so`' },
  'interposer/attached': {
    imports: ['interposer', ...hooked],
    what: 'the hooks in a process that runs already',
  },
  v8_heap: { imports: ['abi'], what: "V8's own counters, and collections that are asked for" },
  reporter: { imports: ['abi', 'v8_heap'], what: 'the thread that writes snapshots of a program' },
  names: { imports: [], what: "linkers' names as people write them: C++, Rust" },
  binding: {
    imports: ['abi', 'names', 'v8_heap', 'reporter', 'interposer/attached/attached.h'],
    what: 'Node-API: the addon',
  },
};

/** The tables as ARCHITECTURE.md has them. */
export function printedLayers(): string {
  return [
    ...tableOf('layer of `src/`', typescriptLayers),
    '',
    ...tableOf('folder of `native/`', nativeLayers),
  ].join('\n');
}

function tableOf(head: string, layers: Readonly<Record<string, Layer>>): string[] {
  const rows = Object.entries(layers).map(([name, { imports, what }]) => {
    const names = imports.map((each) => `\`${each}\``).join(', ');
    return `| \`${name}\` | ${what} | ${shorter(names)} |`;
  });
  return [`| ${head} | what it is | may import |`, '|---|---|---|', ...rows];
}

const groups: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['the core', core],
  ['the leaves', leaves],
  ['all below the interposer', hooked],
];

function shorter(names: string): string {
  if (names === '') return 'nothing';
  return groups.reduce(
    (text, [group, members]) => text.replace(members.map((each) => `\`${each}\``).join(', '), group),
    names,
  );
}

/** What the tables mean by a group's name. */
export function printedGroups(): string {
  const said = groups.map(([group, members]) => {
    const names = members
      .map((each) => `\`${each}\``)
      .join(', ')
      .replace(leaves.map((each) => `\`${each}\``).join(', '), group === 'the core' ? 'the leaves' : '$&');
    return `${group} (${names})`;
  });
  return `Groups: ${said.join('; ')}.`;
}
