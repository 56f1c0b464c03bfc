// What a gate over steps found, as lines and as GitHub's workflow commands; improvements are told, and fail nothing. Pure.
import type { HistoryView } from '../../history/history-document.js';
import type { ToldStep } from '../../history/told-steps.js';
import { partsOfId } from '../../runfile/ids.js';
import { guardCommand } from '../../text/escapes.js';
import { formatCount } from '../../units.js';
import { annotation } from './annotations.js';
import { agoText, moveText, sinceText, stepLine } from './step-lines.js';

/** [] without a gate. */
export function stepGateLines({ gate, runs }: HistoryView): string[] {
  if (gate === null) return [];
  const { asked, over } = gate;
  const where = `among the newest ${formatCount(asked.within)} runs`;
  if (over.length === 0) return [`no steps to the worse ${where}`];
  const lines = over.map((step) => guardCommand(`  ${stepLine(step, runs)}`));
  return [`${formatCount(over.length)} step(s) to the worse ${where}:`, ...lines];
}

/** An error for each step that fails the gate, a notice for each one to the better among as many runs. */
export function stepAnnotations({ gate, runs, steps }: HistoryView): string {
  if (gate === null) return '';
  const better = steps.filter(
    ({ isCertain, isWorse, runs: count }) => isCertain && !isWorse && count <= gate.asked.within,
  );
  const told = (kind: 'error' | 'notice') => (step: ToldStep) => {
    const { id, metric } = step.series;
    const { module: file } = partsOfId(id);
    const text = `${metric.name} ${moveText(step)} since ${sinceText(runs[step.run]?.head)}, ${agoText(step)}`;
    return annotation(kind, file === undefined || file === '' ? undefined : { file }, id, text);
  };
  return [...gate.over.map(told('error')), ...better.map(told('notice'))].join('');
}
