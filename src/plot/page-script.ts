// The script of a page with a figure: it reads the data blocks `setup` and `figure` and draws into the element `plot`. Pure.
import { defined } from '../shapes.js';
import { callText, libraryText } from '../text/page-code.js';
import type { Plot } from './figure.js';
import {
  answerWithImage,
  configOf,
  type PageLibrary,
  type PageSetup,
  paint,
  refitterOf,
  runPage,
  themeOf,
} from './page.js';
import { labelPlaces, pointLabels } from './page-labels.js';
import { evenTicks, gridDomains, nameTicks, powerTicks, tickText, valueTicks } from './page-layout.js';
import {
  cutEscaped,
  gridUpdate,
  legendHeight,
  legendUpdate,
  lettersOf,
  noNames,
  placeUpdate,
  themeUpdate,
  tickUpdate,
  titleLines,
  withUpdates,
} from './page-updates.js';
import { themes } from './theme.js';

const library: PageLibrary = {
  valueTicks,
  nameTicks,
  gridDomains,
  themeUpdate,
  placeUpdate,
  tickUpdate,
  noNames,
  legendUpdate,
  legendHeight,
  labelPlaces,
  pointLabels,
  withUpdates,
};

/** What the functions of the page call by name. */
const besides = [
  themeOf,
  paint,
  configOf,
  refitterOf,
  answerWithImage,
  tickText,
  powerTicks,
  evenTicks,
  lettersOf,
  cutEscaped,
  titleLines,
  gridUpdate,
];

/** Needs `Plotly` in the page. */
export const pageScript = `
{
${[...besides, ...Object.values(library)].map(String).join('\n')}
${callText(
  runPage,
  `
JSON.parse(document.getElementById('setup').textContent),
JSON.parse(document.getElementById('figure').textContent),
${libraryText(library)},
{ document, Plotly, matchMedia: (query) => matchMedia(query), addEventListener: (...given) => addEventListener(...given) }`,
)}}
`;

/** What the page is told beside the figure. */
export function setupOf(
  { view, metric }: Pick<Plot, 'view' | 'metric'>,
  theme: PageSetup['theme'],
  image?: PageSetup['image'],
): PageSetup {
  return defined({ theme, themes, fileName: `${view}-${metric}`, image });
}
