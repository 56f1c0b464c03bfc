// The filters as a form that asks for the same page: it works without a script. Pure.
import { branchesOf, type FilterName, lastChoices } from './filters.js';
import { type Html, html } from './html.js';
import type { PageView } from './layout.js';

/** Nothing in a page that is a file. */
export function filterForm(view: PageView, fields: readonly FilterName[]): Html {
  if (!view.isServed) return html``;
  const { links, place, filters } = view;
  const hidden = fields.includes('metric')
    ? ''
    : html`<input type="hidden" name="metric" value="${filters.metric.name}">`;
  return html`<form method="get" action="${links.to(place)}">${hidden}${fields.map((field) => fieldOf(field, view))}<button>Show</button></form>`;
}

function fieldOf(field: FilterName, view: PageView): Html {
  const { board, filters } = view;
  switch (field) {
    case 'metric':
      return choice('Metric', field, same(board.metrics.map(({ name }) => name)), filters.metric.name);
    case 'machine': {
      const machines = board.environments.map(({ slug, label }) => [slug, label] as const);
      return choice('Machine', field, machines, filters.environment?.slug ?? '');
    }
    case 'branch':
      return choice('Branch', field, [['', 'all'], ...same(branchesOf(board))], filters.branch);
    case 'last':
      return choice('Newest runs', field, same(lastChoices.map(String)), String(filters.last));
    case 'base':
    case 'head':
      return runChoice(field, view);
    case 'q':
      return typed('Name contains', field, filters.contains);
    case 'group':
      return typed('Group by', field, filters.group, 'group, param:n, module');
    case 'original':
      return typed('Original postfix', field, filters.original, 'orig');
    case 'reference':
      return typed('Reference postfix', field, filters.reference, 'new');
  }
}

type Option = readonly [value: string, text: string];

function same(values: readonly string[]): Option[] {
  return values.map((value) => [value, value]);
}

function choice(label: string, name: FilterName, options: readonly Option[], chosen: string): Html {
  return html`<label>${label}<select name="${name}">${options.map(([value, text]) => html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`)}</select></label>`;
}

function runChoice(name: 'base' | 'head', { board, filters, words }: PageView): Html {
  const runs = board.runs.map(
    ({ slug, head }) => [slug, head.folder === '' ? head.stem : `${head.folder}/${head.stem}`] as const,
  );
  const label = name === 'base' ? 'Compare with' : 'Run';
  return choice(
    label,
    name,
    [['', name === 'base' ? (words.reference ?? 'the one before') : 'the newest'], ...runs.toReversed()],
    filters[name],
  );
}

function typed(label: string, name: FilterName, value: string, example = ''): Html {
  return html`<label>${label}<input name="${name}" value="${value}" placeholder="${example}" autocomplete="off" spellcheck="false"></label>`;
}
