// Who called the allocator: maps the direct caller's address to a small id (engine, or a shared object).
// Must never allocate through malloc; classify() must not lock on a cache hit; nothing here throws or prints.
#ifndef BENCHMEM_CALLERS_CALLERS_H_
#define BENCHMEM_CALLERS_CALLERS_H_

#include <cstddef>
#include <cstdint>

#include "abi/benchmem_abi.h"

namespace benchmem {

// INVARIANT: an id, once given out, names the same shared object for the life of the process.
using ObjectId = uint8_t;
inline constexpr ObjectId kUnknownObject = 0;  // an address that no loaded object holds
inline constexpr ObjectId kEngineObject = 1;   // V8's own code: the only id whose source is BENCHMEM_ENGINE
inline constexpr ObjectId kOtherObjects = 255; // all that come after the ids up to 253 are given out
inline constexpr size_t kObjectIds = 256;

// Where a hooked call came from. Made in the exported entry point itself, by BENCHMEM_CALL_SITE().
struct CallSite {
  const void* return_address;
  const void* stack; // the caller's stack pointer right after the hooked call returns
};
// The call site of the function that it is converted in. PERF: an entry point that passes this on to what is inlined
// into it keeps no register for it: it is converted where it is needed, mostly on a slow path.
// SAFETY: only functions that are always inlined may take one, so that "here" stays the entry point.
struct CallSiteHere {
  // PERF: the frame address would do as well, but makes compilers keep a frame pointer in the entry point.
  __attribute__((always_inline)) operator CallSite() const noexcept {
    return CallSite{__builtin_return_address(0), __builtin_dwarf_cfa()};
  }
};
#define BENCHMEM_CALL_SITE() \
  ::benchmem::CallSiteHere {}

// Reads the list of loaded objects and the executable's symbol table: 6-12 ms, unless the room holds what an earlier process read
// of it (as in abi/benchmem_abi.h; nullptr: no room). Idempotent. Before it ran, classify() knows no engine: everything is the
// program's.
void prepare_callers(void* room = nullptr, size_t room_bytes = 0) noexcept;
// After a dlopen or dlclose: forgets cached answers whose object may have gone. A few microseconds.
// Not to be called with a lock held that malloc's hooks may take: it waits for the loader's.
void refresh_callers() noexcept;

// A call from inside the C or C++ library (std::string growing, asprintf, operator new) or the Node-API is its caller's.
ObjectId classify(const CallSite& site) noexcept; // hooks call classify_inline() of callers_inline.h instead

// Whether V8 makes this call for a v8::internal::BackingStore: for the memory of a WebAssembly.Memory, a resizable
// ArrayBuffer, a growable SharedArrayBuffer. Walks the stack: microseconds. False if the frames lead nowhere.
bool called_for_backing_store(const CallSite& site) noexcept;
// Whether prepare_callers() has run.
bool callers_are_prepared() noexcept;

inline benchmem_source source_of(ObjectId id) noexcept {
  return id == kEngineObject ? BENCHMEM_ENGINE : BENCHMEM_PROGRAM;
}
// "" for the executable (kEngineObject too); a path as the loader knows it otherwise; "[unknown]" and "[other
// objects]" for the ids that stand for none. Never null.
const char* object_path(ObjectId id) noexcept;
// The executable's code that is not V8's.
bool is_executable(ObjectId id) noexcept;

// The path of an object that is or was loaded ("" for the executable), and its load bias: what is added to an address of
// its ELF file. Null if the id stands for none. The path lives on.
const char* object_file(ObjectId id, uintptr_t* base) noexcept;
// How many objects were loaded again elsewhere since the process began: their base is another now.
uint64_t moved_objects() noexcept;

struct CallerStatistics {
  bool engine_split_exact; // false if no symbol table exists
  uint32_t engine_runs;
};
CallerStatistics caller_statistics() noexcept;

} // namespace benchmem

#endif // BENCHMEM_CALLERS_CALLERS_H_
