// Which warnings follow from what a measurement saw. Pure.
import type { NativeDescription } from '../../native/contract.js';
import type { RetainedHeadline } from '../../stats/retained.js';
import { formatBytes } from '../../units.js';
import type { PassFacts } from './facts.js';
import { unseenWarnings } from './unseen-warning.js';
import type { Warning } from './warning.js';

export interface WarningFacts {
  readonly description: NativeDescription;
  readonly passes: number;
  readonly facts: PassFacts;
  /** What arguments weigh that crossed into children, in bytes. */
  readonly argumentBytes?: number | undefined;
  /** Children that reported and then ended otherwise than they should: step and how. */
  readonly strangeEnds?: readonly string[];
  /** The headline of what stays; absent if nothing retained was measured. */
  readonly retained?: RetainedHeadline | undefined;
  /** What private allocators map is a figure. */
  readonly exposePrivate?: boolean | undefined;
}

const largeArgumentBytes = 1024 * 1024;

export function warningsFor(facts: WarningFacts): Warning[] {
  return [
    noJsHeap(facts),
    approximateSplit(facts),
    largeArguments(facts),
    childProcesses(facts),
    voidPasses(facts),
    notDrained(facts),
    undrainedIsolates(facts),
    embeddedStanding(facts),
    retainedOnce(facts),
    strangeEnds(facts),
    unreadIsolates(facts),
    ...unseenWarnings(facts.facts.unseen, facts.exposePrivate === true),
  ].filter((warning) => warning !== undefined);
}

function unreadIsolates({ facts: { unread_isolates: count } }: WarningFacts): Warning | undefined {
  if (count === 0) return undefined;
  return {
    code: 'WORKERS_UNREAD',
    subject: 'js',
    message: `${count} ${count === 1 ? 'isolate' : 'isolates'} of other threads did not answer at the end of a pass: counted as last seen`,
    hint: 'a worker inside a long native call cannot be read; let the action wait for its workers',
  };
}

function noJsHeap({ description: { jsHeapUnsupported } }: WarningFacts): Warning | undefined {
  if (jsHeapUnsupported === undefined) return undefined;
  return {
    code: 'NO_JS_HEAP',
    subject: 'js',
    message: `no JavaScript heap figures in this runtime: ${jsHeapUnsupported}`,
    hint: 'peak and allocated are absent; native figures are exact',
  };
}

function approximateSplit({ description: { engineSplit } }: WarningFacts): Warning | undefined {
  if (engineSplit === 'symbols') return undefined;
  return {
    code: 'ENGINE_SPLIT_APPROXIMATE',
    subject: 'engine',
    message: "this node has no symbol table: V8's own allocations are told from the program's only roughly",
    hint: 'use a node binary from nodejs.org or your distribution that is not stripped',
  };
}

function largeArguments({ argumentBytes }: WarningFacts): Warning | undefined {
  if (argumentBytes === undefined || argumentBytes <= largeArgumentBytes) return undefined;
  return {
    code: 'LARGE_ARGUMENTS',
    subject: 'args',
    message: `the arguments weigh ${argumentBytes} bytes and stand in the child's heap`,
    hint: 'build large input in setup, inside the child',
    bytes: argumentBytes,
  };
}

function childProcesses({ facts: { child_processes: started } }: WarningFacts): Warning | undefined {
  if (started === undefined || started === 0) return undefined;
  return {
    code: 'CHILD_PROCESSES',
    subject: 'action',
    message: `the action started ${started} ${started === 1 ? 'process' : 'processes'}, whose memory is not included`,
    hint: 'measure those programs by themselves',
  };
}

function voidPasses({ facts: { void_passes: count } }: WarningFacts): Warning | undefined {
  if (count === 0) return undefined;
  return {
    code: 'VOID_PASS',
    subject: 'allocated',
    message: `${count} ${count === 1 ? 'pass was' : 'passes were'} taken again, because the JavaScript total came out below zero`,
    hint: 'the figures are those of the other passes; V8 changed what it counts as used in the middle of one',
  };
}

function notDrained({ facts: { undrained }, passes }: WarningFacts): Warning | undefined {
  if (undrained === 0) return undefined;
  return {
    code: 'NOT_DRAINED',
    subject: 'retained',
    message: `the heap did not come to rest after ${undrained} of ${passes} passes: retained may be too high`,
    hint: 'does the action leave timers or promises running?',
  };
}

function undrainedIsolates({ facts: { undrained_isolates: count } }: WarningFacts): Warning | undefined {
  if (count === 0) return undefined;
  return {
    code: 'UNDRAINED_ISOLATE',
    subject: 'retained',
    message: `${count} ${count === 1 ? 'worker' : 'workers'} did not collect garbage within 200 ms: what they dropped may count as retained`,
    hint: 'a worker inside a long native call or an endless loop cannot be reached; let the action wait for its workers',
  };
}

function embeddedStanding({ facts: { embedded_standing: count } }: WarningFacts): Warning | undefined {
  if (count === 0) return undefined;
  return {
    code: 'UNDRAINED_ISOLATE',
    subject: 'retained',
    message: `${count} ${count === 1 ? 'isolate' : 'isolates'} of an addon stood at the end of a pass: garbage in them counts as retained, because nobody but the addon can collect it`,
    hint: 'dispose of them in the action to measure what stays without them',
  };
}

function retainedOnce({ retained, passes }: WarningFacts): Warning | undefined {
  if (retained?.once === undefined) return undefined;
  return {
    code: 'RETAINED_ONCE',
    subject: 'retained',
    message: `one of ${passes} passes retained ${formatBytes(retained.once)}, and the others together hardly anything: it is left out`,
    hint: 'a cache that fills once looks so; { cold: true } (--cold) measures first calls',
    bytes: retained.once,
  };
}

function strangeEnds({ strangeEnds: ends = [] }: WarningFacts): Warning | undefined {
  if (ends.length === 0) return undefined;
  return {
    code: 'CHILD_END',
    subject: 'child',
    message: `after it had reported, the ${ends.join(', the ')}`,
    hint: 'the figures are complete; the module may clean up badly when its process ends',
  };
}
