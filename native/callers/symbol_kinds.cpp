// What a mangled name says about who allocates: V8, its platform, or the standard library and the Node-API on their
// caller's behalf. PERF: runs over 150,000 names in every measured process.

#include <cstring>

#include "callers/engine_symbols.h"

namespace benchmem::callers {

namespace {

// A name ends at its NUL or at `end`: no text goes on beyond either.
// PERF: a template, so that each comparison is of constant length and needs no call.
template <size_t N>
bool starts_with(const char* at, const char* end, const char (&text)[N]) noexcept {
  return static_cast<size_t>(end - at) >= N - 1 && memcmp(at, text, N - 1) == 0;
}

template <size_t N>
bool contains(const char* at, const char* end, const char (&text)[N]) noexcept {
  return memmem(at, static_cast<size_t>(end - at), text, N - 1) != nullptr;
}

// WHY: v8::platform and node's implementation of it queue V8's own GC and compiler tasks, heap::base scans
// stacks for V8's GC: their allocations move with tier-up and GC timing exactly as V8's own do (17-60 % of
// the program's count in an action that gets compiled meanwhile).
bool is_engine_mark(const char* at, const char* end) noexcept {
  switch (*at) {
    case '2':
      return starts_with(at, end, "2v88internal") || starts_with(at, end, "2v84base") ||
             starts_with(at, end, "2v88platform") || starts_with(at, end, "2v812_GLOBAL__N_1");
    case '5': return starts_with(at, end, "5cppgc");
    case '4':
      return starts_with(at, end, "4heap4base") || starts_with(at, end, "4node12NodePlatform") ||
             starts_with(at, end, "4node22PerIsolatePlatformData") ||
             starts_with(at, end, "4node23WorkerThreadsTaskRunner") || starts_with(at, end, "4node11DelayedTask") ||
             starts_with(at, end, "4node9TaskQueue") ||
             starts_with(at, end, "4node12_GLOBAL__N_120PlatformWorkerThread") ||
             starts_with(at, end, "4node12_GLOBAL__N_1L20PlatformWorkerThread");
    default: return false;
  }
}

using Bytes16 = uint8_t __attribute__((vector_size(16)));

Bytes16 load16(const char* at) noexcept {
  Bytes16 value;
  memcpy(&value, at, sizeof value);
  return value;
}

// Looks for an engine's mark in a name, and for the name's end meanwhile.
// PERF: 16 positions at a time, and few of them are a stop: 20 ns a name instead of 350.
class NameScan {
 public:
  NameScan(const char* name, const char* limit) noexcept : at_(name), limit_(limit) {}

  bool finds_mark() noexcept {
    for (; limit_ - at_ > kBlock; at_ += kBlock) {
      const Bytes16 stops = stops_at(load16(at_), load16(at_ + 1));
      uint64_t halves[2];
      memcpy(halves, &stops, sizeof halves);
      if ((halves[0] | halves[1]) == 0) continue;
      if (ends_in(at_, halves[0]) || ends_in(at_ + kBlock / 2, halves[1])) return is_mark_;
    }
    for (; at_ != limit_ && *at_ != '\0'; ++at_) {
      if (is_engine_mark(at_, limit_)) return true;
    }
    return false;
  }

  // Of a name without a mark.
  const char* end() const noexcept { return at_; }

 private:
  static constexpr ptrdiff_t kBlock = 16;

  // One bit in each byte where the name ends, or where a mark may begin: each begins with one of these pairs.
  static Bytes16 stops_at(Bytes16 first, Bytes16 second) noexcept {
    const auto stops = (first == 0) | ((first == '2') & (second == 'v')) | ((first == '5') & (second == 'c')) |
                       ((first == '4') & ((second == 'n') | (second == 'h')));
    return reinterpret_cast<Bytes16>(stops) & 1;
  }

  // Whether the search is over at one of these eight bytes.
  bool ends_in(const char* bytes, uint64_t stops) noexcept {
    for (; stops != 0; stops &= stops - 1) {
      const char* const stop = bytes + __builtin_ctzll(stops) / 8;
      is_mark_ = *stop != '\0' && is_engine_mark(stop, limit_);
      if (!is_mark_ && *stop != '\0') continue;
      at_ = stop;
      return true;
    }
    return false;
  }

  const char* at_;
  const char* limit_;
  bool is_mark_ = false;
};

// std::, __gnu_cxx::, absl:: and the allocation operators, after "_Z".
bool is_library_name(const char* at, const char* end) noexcept {
  if (starts_with(at, end, "nw") || starts_with(at, end, "na")) return true;
  if (at != end && *at == 'N') ++at;
  if (at != end && *at == 'K') ++at;
  if (end - at >= 2 && *at == 'S') return strchr("tabsiod", at[1]) != nullptr;
  return starts_with(at, end, "9__gnu_cxx") || starts_with(at, end, "4absl");
}

// WHY: an instance for a lambda or for node's own types holds code of the program inlined into it
// (std::function's invoker, a thread's body): whoever called it is not who allocates.
bool is_on_behalf(const char* at, const char* end) noexcept {
  return is_library_name(at, end) && !contains(at, end, "EUl") && !contains(at, end, "4node") &&
         !contains(at, end, "_Function_handler");
}

// WHY: what node allocates in a call of the Node-API (a reference, a wrap, a finalizer) is the addon's that called.
// WHY: no more of v8impl counts, because V8 calls the rest of it, at a collection or for a JavaScript function.
bool is_node_api_name(const char* at, const char* limit) noexcept {
  if (!starts_with(at, limit, "N6v8impl")) return false;
  return contains(at, at + strnlen(at, static_cast<size_t>(limit - at)), "3NewE") ||
         starts_with(at, limit, "N6v8impl12_GLOBAL__N_123FunctionCallbackWrapper11New");
}

bool is_node_api_function(const char* name, const char* end) noexcept {
  return starts_with(name, end, "napi_") || starts_with(name, end, "node_api_");
}

// WHY: it allocates nothing, and frees the memory of a Buffer, which the program allocated: V8's default
// allocator ends in a jump to free, so that this destructor is the caller on Node 20 to 26.
bool is_buffer_release(const char* scope, const char* end) noexcept {
  return starts_with(scope, end, "2v88internal12BackingStoreD");
}

// WHY: it asks the isolate's allocator for a Buffer's memory, and allocates nothing of its own. V8's default allocator, and
// many of addons, end in a jump to malloc or calloc, so that this is the caller (of embedded isolates) on Node 20 to 26.
bool is_buffer_making(const char* scope, const char* end) noexcept {
  return starts_with(scope, end, "2v88internal4Heap28AllocateExternalBackingStoreE");
}

// WHY: BackingStore::Allocate does not count, because it may collect garbage, and the collector maps heap pages. What
// maps pages for a buffer are the class's other functions (TryAllocateAndPartiallyCommitMemory on Node 20 to 26).
bool is_backing_store(const char* scope, const char* end) noexcept {
  return starts_with(scope, end, "2v88internal12BackingStore") &&
         !starts_with(scope, end, "2v88internal12BackingStore8AllocateE");
}

CodeKind engine_kind_of(const char* scope, const char* end) noexcept {
  if (is_buffer_release(scope, end) || is_buffer_making(scope, end)) return CodeKind::kProgram;
  return is_backing_store(scope, end) ? CodeKind::kBackingStore : CodeKind::kEngine;
}

} // namespace

CodeKind code_kind_of(const char* name, size_t room) noexcept {
  const char* const limit = name + room;
  // C, assembly, V8's builtins (which never allocate).
  if (room < 2 || name[0] != '_') return is_node_api_function(name, limit) ? CodeKind::kOnBehalf : CodeKind::kProgram;
  const bool mangled = name[1] == 'Z';
  if (mangled && room > 16 && name[2] != '\0') {
    // PERF: most of V8's names begin so, and need not be read to their end.
    const char* scope = name + (name[3] == 'K' ? 4 : 3);
    if (*scope == '2' && is_engine_mark(scope, limit)) return engine_kind_of(scope, limit);
  }
  if (mangled && is_node_api_name(name + 2, limit)) return CodeKind::kOnBehalf;
  NameScan scan(name, limit);
  if (scan.finds_mark()) return CodeKind::kEngine;
  return mangled && is_on_behalf(name + 2, scan.end()) ? CodeKind::kOnBehalf : CodeKind::kProgram;
}

} // namespace benchmem::callers
