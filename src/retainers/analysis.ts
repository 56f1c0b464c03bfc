// A snapshot and its marks to a report: the whole way, pure.
import { agesOf, type Marks } from './ages.js';
import { findDominators } from './dominators.js';
import { nodeCosts, weigh } from './edge-rules.js';
import { groupRetained } from './groups.js';
import { Names } from './names.js';
import { findPaths } from './paths.js';
import { type RetainerReport, toReport } from './report.js';
import type { HeapSnapshot } from './snapshot.js';
import { Trails } from './trail.js';

export function analyse(
  snapshot: HeapSnapshot,
  marks: Marks,
  calls: readonly [number, number],
): RetainerReport {
  const graph = weigh(snapshot);
  const dominators = findDominators(graph);
  const names = new Names(snapshot);
  const trails = new Trails(snapshot, names, findPaths(graph, nodeCosts(snapshot)));
  const ages = agesOf(snapshot, dominators, marks);
  return toReport(groupRetained({ snapshot, names, trails, dominators, ages }), calls);
}
