// The tree of a profile on a terminal. A chain of frames stays in one column, so that deep stacks fit; what is nobody's of
// the user is folded. Pure.

import { columnsOf, truncate } from '../../layout/printable.js';
import { shortFrameText } from '../../profile/reports/frames.js';
import { metricFigures } from '../../profile/reports/metrics.js';
import { shareText } from '../../profile/reports/share.js';
import type { TreeNode, TreeReport } from '../../profile/reports/tree.js';
import { printable } from '../../text/escapes.js';
import { singleText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import { headlines, type ReportFrame, widthOf } from './frame.js';

/** Branches with less of the whole are counted, and not drawn. */
const leastShare = 0.01;

interface Line {
  /** Undefined for what is not a place of its own. */
  readonly value?: number;
  readonly prefix: string;
  readonly text: string;
  readonly tone: 'strong' | 'plain' | 'dim';
}

export function renderTree(report: TreeReport, frame: ReportFrame): string {
  const { metric, root, aside, elided } = report;
  const { unit } = metricFigures[metric];
  const total = root.value + aside.reduce((sum, { bytes }) => sum + bytes, 0);
  const lines = [
    ...branchesOf(root, total, '').flat(),
    ...aside.map(({ name, bytes }): Line => ({ value: bytes, prefix: '', text: name, tone: 'dim' })),
  ];
  const values = lines.map(({ value }) => (value === undefined ? '' : singleText(value, unit)));
  const widest = Math.max(0, ...values.map((text) => text.length));
  const room = widthOf(frame) - 2 - widest - 2 - 6 - 2;
  const drawn = lines.map(({ value, prefix, text, tone }, index) => {
    const share = value === undefined ? '' : shareText(value, total);
    const name = truncate(printable(text), Math.max(1, room - columnsOf(prefix)), 'ends');
    const { bold, dim } = frame.colors;
    const painted = tone === 'strong' ? bold(name) : tone === 'dim' ? dim(name) : name;
    const figures = `${(values[index] ?? '').padStart(widest)}  ${dim(share.padStart(6))}`;
    return `  ${figures}  ${dim(prefix)}${painted}`;
  });
  const left =
    elided.stacks === 0
      ? []
      : [
          frame.colors.dim(
            `${counted(elided.stacks, 'smaller stack')} with ${singleText(elided.value, unit)} left out`,
          ),
        ];
  return `${[...headlines(frame, { metric, total, aside }), ...drawn, ...left].join('\n')}\n`;
}

/** The lines below a node: a block per child that is large enough. */
function branchesOf(node: TreeNode, total: number, prefix: string): Line[][] {
  const { children } = node;
  const large = children.filter(({ value }) => value >= leastShare * total);
  const small = children.slice(large.length);
  const isBranching = onlyChildOf(node) === undefined;
  const blocks = large.map((child, index) => {
    const isLast = index === large.length - 1 && small.length === 0;
    const first = isBranching ? `${prefix}${isLast ? '└ ' : '├ '}` : prefix;
    const below = isBranching ? `${prefix}${isLast ? '  ' : '│ '}` : prefix;
    return chainOf(child, total, first, below);
  });
  if (small.length > 0) {
    const value = small.reduce((sum, each) => sum + each.value, 0);
    const text = `${counted(small.length, 'smaller branch', 'smaller branches')}`;
    blocks.push([{ value, prefix: `${prefix}└ `, text, tone: 'dim' }]);
  }
  return blocks;
}

// The one child that a node has all of its memory from.
function onlyChildOf({ children, value }: TreeNode): TreeNode | undefined {
  const [only, ...others] = children;
  return others.length === 0 && only?.value === value ? only : undefined;
}

// A node and what follows it without a choice, then its branches.
function chainOf(start: TreeNode, total: number, first: string, below: string): Line[] {
  const lines: Line[] = [];
  let folded: TreeNode[] = [];
  const push = (line: Omit<Line, 'prefix'>) =>
    lines.push({ ...line, prefix: lines.length === 0 ? first : below });
  const unfold = () => {
    const [only, ...more] = folded;
    const text = `… ${formatCount(folded.length)} frames of Node, V8 and the system`;
    if (only !== undefined) push(more.length === 0 ? lineOf(only) : { text, tone: 'dim' });
    folded = [];
  };
  let node = start;
  // WHY: a chain is followed without recursion, because stacks are up to 2,048 frames deep.
  for (let next = onlyChildOf(node); next !== undefined; next = onlyChildOf(node)) {
    if (node.interesting || node.frame?.kind === 'thread') {
      unfold();
      push(lineOf(node));
    } else {
      folded.push(node);
    }
    node = next;
  }
  unfold();
  push(lineOf(node));
  return [...lines, ...branchesOf(node, total, below).flat()];
}

function lineOf({ frame, value, interesting }: TreeNode): Omit<Line, 'prefix'> {
  const text = frame === undefined ? '' : shortFrameText(frame);
  return { value, text, tone: interesting ? 'strong' : 'plain' };
}

function counted(count: number, one: string, several = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : several}`;
}
