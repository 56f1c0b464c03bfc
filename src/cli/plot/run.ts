// `benchmem plot`: read the runs, draw the view, write one file, say what is not in it.
// Decides nothing about a picture.

import { join, resolve } from 'node:path';
import { renameWarnings } from '../../compare/warnings.js';
import { BenchmemError, type ExitCode, exitCode } from '../../errors.js';
import { nameSvg, renderHtml } from '../../plot/html.js';
import { type Plot, plotView, viewFor } from '../../plot/index.js';
import { renameEarlier } from '../../runfile/renames.js';
import { readRuns } from '../../runfile/run.js';
import { printable } from '../../text/escapes.js';
import { type InputWorld, withRuns } from '../input.js';
import { openFile } from '../open-file.js';
import { usage } from '../option-values.js';
import { besideDocument, standardOutput, writeDocument } from '../output.js';
import { readPlotlySource } from '../plotly-source.js';
import { folderBeside } from '../storage.js';
import { withColor } from '../terminal.js';
import { renderComparisonWarnings, writeReadWarnings } from '../text/render-gate.js';
import type { Io } from '../world.js';
import { chromiumImage, findChromium } from './chromium.js';
import type { PlotArgs } from './read.js';

export async function run(args: PlotArgs, processIo: Io & InputWorld): Promise<ExitCode> {
  const io = withColor(processIo, args.color);
  const messages = besideDocument(io, args.output).stdout;
  if (args.output === standardOutput && args.format === 'png' && io.stdout.isTerminal) {
    throw usage('standard output is a terminal, and a PNG is not text', 'send it to a file: -o picture.png');
  }
  const isImage = args.format === 'png' || args.format === 'svg';
  // WHY: the browser is looked for first, because a missing one should be reported before minutes of reading.
  const browser = isImage ? await findChromium(args.browser) : undefined;
  const read = await withRuns(args.runs, io, args.storage, (place) => readRuns(args.runs, place));
  const { runs, unmatched } = renameEarlier(read, args.renames);
  if (unmatched.length > 0) {
    io.stderr.write(renderComparisonWarnings(renameWarnings(unmatched), io.stderr));
  }
  writeReadWarnings(runs, io);
  const plot = plotView(args.view ?? viewFor(runs.length), runs, args.options);
  for (const { message } of plot.notes) io.stderr.write(`note: ${printable(message)}\n`);
  if (args.format === 'json' && args.output === undefined) {
    io.stdout.write(`${JSON.stringify(plot.figure)}\n`);
    return exitCode.ok;
  }
  const file =
    args.output ?? join(folderBeside(args.storage), 'plots', `${plot.view}-${plot.metric}.${args.format}`);
  await writeDocument(file, await render(plot, args, browser, io.interrupted), io);
  const name = file === standardOutput ? 'standard output' : printable(file);
  messages.write(`${name}: ${plot.view} of ${plot.metric}, ${plot.ids} ${plot.ids === 1 ? 'id' : 'ids'}\n`);
  if (args.open) await openFile(resolve(io.cwd, file));
  return exitCode.ok;
}

async function render(
  plot: Plot,
  args: PlotArgs,
  browser: string | undefined,
  signal: AbortSignal,
): Promise<string | Uint8Array> {
  if (args.format === 'json') return `${JSON.stringify(plot.figure)}\n`;
  const plotly = await readPlotlySource();
  if (args.format === 'html') return renderHtml(plot, { plotly, theme: args.theme });
  if (browser === undefined) throw new BenchmemError('INTERNAL', 'an image without a browser', '');
  const image = { format: args.format, width: args.width, scale: args.format === 'png' ? 2 : 1 };
  const page = renderHtml(plot, { plotly, theme: args.theme === 'dark' ? 'dark' : 'light', image });
  const drawn = await chromiumImage(browser, page, args.format, signal);
  return args.format === 'svg' ? nameSvg(Buffer.from(drawn).toString('utf8'), plot) : drawn;
}
