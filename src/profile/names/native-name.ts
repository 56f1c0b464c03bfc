// Native functions by what they are: V8's builtins and collector are told from everything else by their symbols, and
// names lose what a compiler or a linker hung on them. Pure text.
import type { FrameKind } from '../model.js';

export interface NativeName {
  readonly kind: Extract<FrameKind, 'native' | 'builtin' | 'collector'>;
  readonly name: string;
}

/** The parts of one function that the compiler split off, or copied. */
const splitMark = /\.(?:cold|part|isra|constprop|llvm|lto_priv|localalias)\b.*$/s;
/** What Rust's older scheme ends each name with. */
const rustHash = /::h[0-9a-f]{16}$/;
const builtinPrefix = 'Builtins_';
const longest = 2000;

const collectorClasses = [
  'MarkCompactCollector',
  'MinorMarkCompactCollector',
  'MinorMarkSweepCollector',
  'ScavengerCollector',
  'Scavenger',
  'Sweeper',
  'ArrayBufferSweeper',
  'Evacuator',
  'ConcurrentMarking',
  'IncrementalMarking',
  'GCTracer',
  'CppHeap',
].join('|');
const collectorFunctions = [
  'CollectGarbage',
  'CollectAllGarbage',
  'CollectAllAvailableGarbage',
  'PreciseCollectAllGarbage',
  'PerformGarbageCollection',
  'Scavenge',
  'MarkCompact',
  'MinorMarkSweep',
].join('|');
const collector = new RegExp(
  `(?:^|\\s)(?:v8::internal::(?:\\(anonymous\\)::)?(?:(?:${collectorClasses})(?:<[^(]*>)?::|Heap::(?:${collectorFunctions})\\b)|cppgc::internal::)`,
);

/** `symbol` as the object has it; `demangle` answers what is not mangled as it is. */
export function readNativeName(symbol: string, demangle: (name: string) => string): NativeName {
  // Embedded in node's executable up to V8 11; later ones are named by V8 itself.
  if (symbol.startsWith(builtinPrefix)) return { kind: 'builtin', name: symbol.slice(builtinPrefix.length) };
  const whole = symbol.replace(splitMark, '');
  const name = demangle(whole === '' ? symbol : whole).replace(rustHash, '');
  const kept = name.length <= longest ? name : `${name.slice(0, longest)}…`;
  return { kind: isCollector(kept) ? 'collector' : 'native', name: kept };
}

/** Whether a demangled name is of V8's garbage collector. */
export function isCollector(name: string): boolean {
  // Without the arguments, whose types prove nothing.
  const declared = name.replaceAll('(anonymous namespace)', '\u0001');
  const [own = ''] = declared.split('(');
  return collector.test(own.replaceAll('\u0001', '(anonymous)'));
}
