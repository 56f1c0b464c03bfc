// The public API `benchmem/profile`: profiles are read, and reports are made of them.
// What is not exported here may change at any time.
export { collapsed } from './exports/collapsed.js';
export { type ProfileDocument, profileDocument } from './exports/json.js';
export { profileMarkdown } from './exports/markdown.js';
export { type SpeedscopeFile, speedscope } from './exports/speedscope.js';
export { profileFileName } from './file-name.js';
export {
  type FigureName,
  type FrameKind,
  figureNames,
  type JsSampling,
  type Profile,
  type ProfileFrame,
  type ProfileMeta,
  type ProfileObject,
  type ProfileStack,
  type StackFigures,
} from './model.js';
export { readProfile } from './pprof/decode.js';
export { encodeProfile } from './pprof/encode.js';
export { profileLimits } from './pprof/size-limits.js';
export { histogram, type SizeBin } from './reports/histogram.js';
export { type LeakRow, type LeaksReport, leaks } from './reports/leaks.js';
export { type AsideBytes, type ProfileMetric, profileMetrics } from './reports/metrics.js';
export type { Site } from './reports/sites.js';
export { type Share, type StatsReport, stats } from './reports/stats.js';
export { type SummaryOptions, type SummaryReport, type SummaryRow, summary } from './reports/summary.js';
export { type TableReport, type TableRow, table } from './reports/table.js';
export { type TemporaryReport, type TemporaryRow, temporary } from './reports/temporary.js';
export {
  type StackFrame,
  type TopAllocation,
  type TopMetric,
  type TopOptions,
  topStacks,
} from './reports/top-stacks.js';
export { type TreeNode, type TreeReport, tree } from './reports/tree.js';
