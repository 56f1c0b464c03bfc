// The steps of the benchmarks of a run, over the saved runs of its branch and itself: lines for the section below its table.
// Reads the saved runs' figures; decides nothing about a step.
import { historyOf } from '../../history/series.js';
import { shiftsOf, withSteps } from '../../history/series-steps.js';
import { toldSteps } from '../../history/told-steps.js';
import { commitsOf } from '../../runfile/commits.js';
import { figuresOf } from '../../runfile/figures.js';
import { headAt, headFacts } from '../../runfile/heads.js';
import type { RunFile } from '../../runfile/schema.js';
import { defaultStorage } from '../../runfile/storage.js';
import type { RunStore, SeriesTable } from '../../runfile/store.js';
import { type Metric, metricNamed } from '../../stats/metrics.js';
import { readAccepted } from '../accepted-file.js';
import { shiftLine, stepLine } from '../text/step-lines.js';
import type { World } from '../world.js';
import type { SuiteArgs } from './options.js';

const mostRuns = 200;
const mostLines = 5;
/** Older ones are known: a run tells of a step for so many runs. */
const runsToTell = 30;

/** The figures of the newest saved runs of the branch. Throws BAD_RUN_FILE for a storage that cannot be read. */
export function savedSeries(
  store: RunStore,
  { kind, columns }: Pick<SuiteArgs, 'kind' | 'columns'>,
  branch: string | undefined,
): Promise<SeriesTable> {
  const metrics = metricsOf(columns).map(({ name }) => name);
  return store.series({ metrics, kinds: [kind], branch: branch ?? null, last: mostRuns });
}

function metricsOf(columns: readonly string[]): readonly Metric[] {
  return columns.flatMap((name) => metricNamed(name) ?? []);
}

/** [] where nothing stepped. Throws USAGE, BAD_CONFIG. */
export async function stepLines(
  table: SeriesTable,
  file: RunFile,
  { columns, renames, storage = defaultStorage }: Pick<SuiteArgs, 'columns' | 'renames' | 'storage'>,
  world: World,
): Promise<readonly string[]> {
  const figures = figuresOf(file);
  const head = headAt({ path: 'this run', folder: '', stem: 'this run' }, headFacts(file, 'this run'));
  const now = { head, figures };
  const commits = await commitsOf(world.git(world.cwd), head.branch, 10 * mostRuns);
  const own = new Set(figures.names.ids);
  const history = historyOf(
    { ...table, runs: [...table.runs, now] },
    { metrics: metricsOf(columns), commits, renames, isAsked: (id) => own.has(id) },
  );
  const place = history.runs.findIndex((run) => run.head === head);
  const series = history.series
    .filter(({ points }) => points.some(({ run }) => run === place))
    .map((each) => withSteps(each, history.runs));
  const accepted = await readAccepted(storage, world.cwd);
  const shifts = shiftsOf(series);
  const isNew = ({ run }: { readonly run: number }) => history.runs.length - run <= runsToTell;
  const told = toldSteps(series, history.runs, accepted, shifts).filter(
    (step) => step.isCertain && step.note === undefined && !step.isOfShift && isNew(step),
  );
  const lines = [
    ...shifts.filter(isNew).map((shift) => ({ run: shift.run, line: shiftLine(shift, history.runs) })),
    ...told.map((step) => ({ run: step.run, line: stepLine(step, history.runs) })),
  ].sort((one, other) => other.run - one.run);
  const more = lines.length - mostLines;
  return [
    ...lines.slice(0, mostLines).map(({ line }) => line),
    ...(lines.length === 0
      ? []
      : [more > 0 ? `... ${more} more; benchmem history shows all` : 'benchmem history shows more']),
  ];
}
