// The deliberately broken trackers: one textual change each, of a copy of native/, and what must notice it.
// An anchor that is gone is an error, not a skipped mutant: then the change below must be written anew.

export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Must occur exactly once in the file. */
  readonly anchor: string;
  readonly replacement: string;
  /** A figure that at least one discrepancy of the ground truth must name. */
  readonly noticedBy: string;
}

export const mutants: readonly Mutant[] = [
  {
    name: 'one free in a thousand is dropped',
    file: 'tracker/thread_block.h',
    anchor: 'bool try_free(ObjectId object, uint64_t bytes) noexcept {\n',
    replacement:
      'bool try_free(ObjectId object, uint64_t bytes) noexcept {\n' +
      '    static uint32_t left = 1000;\n    if (--left == 0) return true;\n',
    noticedBy: 'live',
  },
  {
    name: 'the mark is sampled at every 1,000th event',
    file: 'tracker/ledger.cpp',
    anchor: '  if (climbing_[source]) settle(own);\n',
    replacement:
      '  static uint32_t events = 0;\n  if (climbing_[source] && ++events % 1000 == 0) settle(own);\n',
    noticedBy: 'peak',
  },
  {
    name: 'sizes are kept in 16 bits',
    file: 'tracker/shadow_map.h',
    anchor: 'word_(bytes << kSizeShift | stamp | object) {}',
    replacement: 'word_((bytes & 0xffff) << kSizeShift | stamp | object) {}',
    noticedBy: 'live',
  },
  {
    name: "an earlier window's block is taken for one of this window",
    file: 'tracker/record.h',
    anchor: 'const bool ours = entry.is_plain_of(stamp);',
    replacement: 'const bool ours = entry.tag() != 0;',
    noticedBy: 'live',
  },
  {
    name: 'counters outlive their window when its tag comes round again',
    file: 'tracker/window.cpp',
    anchor: 'block->tag = 0;',
    replacement: '(void)block;',
    noticedBy: 'allocations',
  },
  {
    name: 'calloc is not on the list of hooked functions',
    file: 'interposer/symbols.def',
    anchor:
      'BENCHMEM_HOOKED(calloc, "calloc", kAllocator, void*, (size_t count, size_t size), calloc, (count, size))',
    replacement: '',
    noticedBy: 'allocations',
  },
];

/** Broken tables of the attached mode, which the compiler must refuse: what it says must hold `noticedBy`. */
export const brokenTables: readonly Mutant[] = [
  {
    name: 'no operator delete is in the attached table',
    file: 'interposer/attached/hooked_symbols.cpp',
    anchor: '#define BENCHMEM_HOOKED_DELETE(id, symbol, family, parameters) ',
    replacement:
      '#define BENCHMEM_HOOKED_DELETE(id, symbol, family, parameters)\n#define BENCHMEM_LOST(id, symbol, family) ',
    noticedBy: 'HookedSymbol',
  },
];

/** The C++ tests of profiles that need no walk, and what they are compiled with. */
export const profileTest = 'test/native/profile_brute_force_test.cpp';
export const profileSources = [
  'profile/block_notes.cpp',
  'profile/profile.cpp',
  'profile/reading.cpp',
  'profile/stack_table.cpp',
];

/** Broken profiles, each of which the comparison with the model must find. */
export const brokenProfiles: readonly Mutant[] = [
  {
    name: 'the epoch is not raised at a new maximum',
    file: 'profile/mark_composition.h',
    anchor: '    ++epoch_;\n',
    replacement: '',
    noticedBy: profileTest,
  },
  {
    name: 'a stack saves what it holds after the change',
    file: 'profile/profile.cpp',
    anchor: '  StackFigures& figures = touched(stack);\n',
    replacement:
      '  figures_[stack].holds.bytes += static_cast<int64_t>(bytes);\n' +
      '  StackFigures& figures = touched(stack);\n' +
      '  figures.holds.bytes -= static_cast<int64_t>(bytes);\n',
    noticedBy: profileTest,
  },
  {
    name: 'a stack that frees is not touched before',
    file: 'profile/profile.cpp',
    anchor: '  StackFigures& figures = touched(note.stack);\n',
    replacement: '  StackFigures& figures = figures_[note.stack];\n',
    noticedBy: profileTest,
  },
  {
    name: 'a realloc allocates before it frees',
    file: 'profile/profile.cpp',
    anchor: '  freed(trace, old, old_bytes);\n  allocated(trace, block, bytes);\n',
    replacement: '  allocated(trace, block, bytes);\n  freed(trace, old, old_bytes);\n',
    noticedBy: profileTest,
  },
  {
    name: 'a temporary block may be two allocations old',
    file: 'profile/profile.h',
    anchor: 'kMostBetween = 1;',
    replacement: 'kMostBetween = 2;',
    noticedBy: profileTest,
  },
  {
    name: "another thread's free makes a block temporary",
    file: 'profile/profile.cpp',
    anchor: ' && trace->number == note.thread;',
    replacement: ';',
    noticedBy: profileTest,
  },
  {
    name: 'a gap in the table of notes is filled by a block that belongs before it',
    file: 'profile/block_notes.cpp',
    anchor:
      '    if (((at - home) & mask()) < ((at - gap) & mask())) continue; // the gap lies before its home\n',
    replacement: '    static_cast<void>(home);\n',
    noticedBy: 'test/native/profile_limits_test.cpp',
  },
];

/** Broken seams between the tracker and a profile, which the ground truth with a profile must notice. */
export const brokenSeams: readonly Mutant[] = [
  {
    name: 'the sums are noted before the stack is counted',
    file: 'tracker/profiling.cpp',
    anchor: '  allocation_profile.allocated(stack.trace_locked(), block, bytes);\n  profile_sum_locked();\n',
    replacement:
      '  profile_sum_locked();\n  allocation_profile.allocated(stack.trace_locked(), block, bytes);\n',
    noticedBy: 'profile',
  },
  {
    name: 'gates open while a profile is on',
    file: 'tracker/window.cpp',
    anchor: 'keep_gates_closed(profiled || ',
    replacement: 'keep_gates_closed(',
    noticedBy: 'profile',
  },
];

/** Broken shadow maps, each of which the C++ test `noticedBy` must find, compiled with tracker/shadow_map.cpp alone. */
export const brokenMaps: readonly Mutant[] = [
  {
    name: 'the large table does not ask where in the page a block begins',
    file: 'tracker/shadow_map.h',
    anchor: 'place != place_in_page(block)',
    replacement: '(place == 0 && block == nullptr)',
    noticedBy: 'test/native/tracker_shadow_map_test.cpp',
  },
  {
    name: 'what stood in the small table outlives the recording of a large block',
    file: 'tracker/shadow_map.h',
    anchor: 'if (ShadowEntry(known).exists()) return Place(small, Table::kSmall).clear();',
    replacement: '(void)small;',
    noticedBy: 'test/native/tracker_shadow_map_test.cpp',
  },
  {
    name: 'the large table keeps its entries when tags start over',
    file: 'tracker/shadow_map.h',
    anchor: '    large_.wipe();\n',
    replacement: '',
    noticedBy: 'test/native/tracker_shadow_map_test.cpp',
  },
  {
    name: 'two rows are taken for one',
    file: 'tracker/shadow_map.h',
    anchor:
      'return rows_.find(reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(block) & ~(kRowBytes - 1)));',
    replacement:
      'return rows_.find(reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(block) & ~(2 * kRowBytes - 1)));',
    noticedBy: 'test/native/tracker_shadow_map_test.cpp',
  },
  {
    name: 'a row does not ask where in it a block begins',
    file: 'tracker/shadow_map.h',
    anchor: ' && (word_ & kPlace) == place << kPlaceShift;',
    replacement: ' && place <= kPlace;',
    noticedBy: 'test/native/tracker_shadow_map_test.cpp',
  },
  {
    name: 'a full row gives its first slot away instead of sending the block to the small table',
    file: 'tracker/shadow_map.cpp',
    anchor: '    return slot;\n  }\n  return nullptr;\n}\n\n// By a',
    replacement: '    return slot;\n  }\n  return row;\n}\n\n// By a',
    noticedBy: 'test/native/tracker_shadow_map_test.cpp',
  },
  {
    name: 'a block that has no place in its row has none at all',
    file: 'tracker/shadow_map.cpp',
    anchor: '  forget_in_row(block);\n  return {small, Table::kSmall};\n',
    replacement: '  forget_in_row(block);\n  return {nullptr, Table::kSmall};\n',
    noticedBy: 'test/native/tracker_shadow_map_test.cpp',
  },
  {
    name: 'the entry of a row is not cleared',
    file: 'tracker/shadow_map.h',
    anchor: 'return word_ & kTimes; }',
    replacement: 'return word_; }',
    noticedBy: 'test/native/tracker_shadow_map_test.cpp',
  },
  {
    name: 'an entry of a row outlives the recording of a large block at its address',
    file: 'tracker/shadow_map.h',
    anchor: 'if (row != nullptr && row->load(std::memory_order_relaxed) != 0) forget_in_row(block);',
    replacement: '(void)row;',
    noticedBy: 'test/native/tracker_shadow_map_test.cpp',
  },
  {
    name: 'an entry of the large table outlives the recording of a small block in a row',
    file: 'tracker/shadow_map.cpp',
    anchor: '    forget_large(block);\n',
    replacement: '',
    noticedBy: 'test/native/tracker_shadow_map_test.cpp',
  },
  {
    name: 'an entry of a row outlives the recording of its block in the small table',
    file: 'tracker/shadow_map.cpp',
    anchor: '  forget_in_row(block);\n  return {small, Table::kSmall};\n',
    replacement: '  return {small, Table::kSmall};\n',
    noticedBy: 'test/native/tracker_shadow_map_test.cpp',
  },
  {
    name: 'a slot of a row is claimed for ever',
    file: 'tracker/shadow_map.h',
    anchor: ' && (word_ & kTimes) != kTimes; }',
    replacement: '; }',
    noticedBy: 'test/native/tracker_shadow_map_test.cpp',
  },
  {
    name: 'rows keep their entries when tags start over',
    file: 'tracker/shadow_map.h',
    anchor: '    rows_.wipe();\n',
    replacement: '',
    noticedBy: 'test/native/tracker_shadow_map_test.cpp',
  },
];

/** A broken source of src/ or native/: `file` is named from the repository's folder, and `noticedBy` is the line that says so. */
export type BrokenSource = Mutant;

export const brokenRows: readonly BrokenSource[] = [
  {
    name: 'a command has no summary',
    file: 'src/cli/export/command.ts',
    anchor: "summary: 'Write one run for another tool'",
    replacement: "summary: ''",
    noticedBy: 'export: it has no summary',
  },
  {
    name: 'a flag of its own has no help text',
    file: 'src/cli/export/flags.ts',
    anchor: "describe: 'What to write'",
    replacement: "describe: ''",
    noticedBy: 'export: --format has no help text',
  },
  {
    name: 'two commands have one name',
    file: 'src/cli/commands.ts',
    anchor: '  merge,\n',
    replacement: '  merge,\n  merge,\n',
    noticedBy: 'merge: there are two',
  },
];

export const brokenClaims: readonly BrokenSource[] = [
  {
    name: 'a function is defined a second time that its file says is the only one',
    file: 'src/compare/csv.ts',
    anchor:
      '// The raw values of a comparison as CSV (RFC 4180, UTF-8, LF): a row per id, a column per metric, statistic and series.',
    replacement: 'export function junitXml() {}',
    noticedBy: 'src/compare/csv.ts: junitXml is in src/compare/junit.ts only',
  },
];

/** Broken walks of the stack, each of which the C++ test `noticedBy` must find, compiled with all of callers/. */
export const brokenWalks: readonly Mutant[] = [
  {
    name: "a caller's frame pointer is not restored",
    file: 'callers/frame_step.h',
    anchor: '      set_frame_pointer(read_word(slot));\n',
    replacement: '',
    noticedBy: 'test/native/callers_frames_test.cpp',
  },
  {
    name: 'rules outlive their object',
    file: 'callers/known_objects.cpp',
    anchor: '  walk_cache.forget(scan.gone);\n',
    replacement: '',
    noticedBy: 'test/native/callers_walk_cache_test.cpp',
  },
  {
    name: 'a rule from the code is believed wherever it leads',
    file: 'callers/walk_steps.cpp',
    anchor: 'if (verdict < CallVerdict::kUndecided || verdict <= verdict_) return;',
    replacement: 'if (verdict_ != CallVerdict::kNoCall) return;',
    noticedBy: 'test/native/callers_frames_test.cpp',
  },
  {
    name: 'a stale return address is believed, because nobody asks where its call went',
    file: 'callers/walk_steps.cpp',
    anchor: 'return check_call({code_image_at, pointer_at}, caller, frame, room);',
    replacement:
      'return follows_call(code_image_at(caller - 1), caller) ? CallVerdict::kUndecided : CallVerdict::kNoCall; (void)frame; (void)room; (void)pointer_at;',
    noticedBy: 'test/native/callers_frames_test.cpp',
  },
  {
    name: 'a guess that its call contradicts is kept as undecided',
    file: 'callers/call_check.cpp',
    anchor: '? CallVerdict::kContradicts : CallVerdict::kUndecided;',
    replacement: '? CallVerdict::kUndecided : CallVerdict::kUndecided;',
    noticedBy: 'test/native/callers_frames_test.cpp',
  },
  {
    name: 'a call agrees however deep the stack is where it arrives',
    file: 'callers/call_check.cpp',
    anchor: 'base.base == StackPlace::kFromStack && base.offset + frame_.rule.cfa_words * kWord == kWord;',
    replacement: 'base.base == StackPlace::kFromStack;',
    noticedBy: 'test/native/callers_call_check_test.cpp',
  },
  {
    name: 'the shallowest rule from the code comes first',
    file: 'callers/code_rule.cpp',
    anchor: 'a.cfa_words > b.cfa_words',
    replacement: 'a.cfa_words < b.cfa_words',
    noticedBy: 'test/native/callers_code_rule_test.cpp',
  },
  {
    name: "what a path itself pushed is taken for the caller's",
    file: 'callers/code_path.cpp',
    anchor: '    if (pushed.at == from) return pushed.value;\n',
    replacement: '    (void)pushed;\n',
    noticedBy: 'test/native/callers_code_rule_test.cpp',
  },
  {
    name: 'a walk by rows keeps a register of its callee',
    file: 'callers/row_step.cpp',
    anchor: 'case Saved::kAtCfa: found.known = world.stack.read(at, &found.value); break;',
    replacement:
      'case Saved::kAtCfa: if (at + 8 != cfa) return same; found.known = world.stack.read(at, &found.value); break;',
    noticedBy: 'test/native/callers_stack_walk_test.cpp',
  },
  {
    name: 'nothing below the stack pointer is read where a signal interrupted',
    file: 'callers/machine.h',
    anchor:
      'kX86_64{\n    Machine::kX86_64, 6, 7, 16, {6, 16, 3, 12, 13, 14, 15}, 7, true, true, false, true, 1, 128}',
    replacement:
      'kX86_64{\n    Machine::kX86_64, 6, 7, 16, {6, 16, 3, 12, 13, 14, 15}, 7, true, true, false, true, 1, 0}',
    noticedBy: 'test/native/callers_every_instruction_test.cpp',
  },
  {
    name: "a walk goes on where the stack is not the thread's own",
    file: 'callers/stack_walk.cpp',
    anchor: 'if (!stack.holds(own_frame)) return direct_caller(site, out, room);',
    replacement: '',
    noticedBy: 'test/native/callers_stack_walk_test.cpp',
  },
];
