// The mapping calls: each is made, and noted in the table.
// WHY: these are system calls and not the C library's functions, because those are what is hooked, and add nothing.
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/raw_pages.h"
#include "mappings/mappings.h"
#include "mappings/table_state.h"
#include "tracker/tracker.h"

namespace benchmem::mappings {

namespace {

bool is_committed(int protection) noexcept { return (protection & (PROT_READ | PROT_WRITE)) != 0; }

Attributes attributes_of(CallSite site, int protection) noexcept {
  ErrnoGuard guard;
  const bool committed = is_committed(protection);
  if (!callers_are_prepared()) return {RegionKind::kEarly, kUnknownObject, committed, site.return_address};
  const ObjectId owner = classify(site);
  if (owner != kEngineObject) return {RegionKind::kObject, owner, committed, nullptr};
  const RegionKind kind = called_for_backing_store(site) ? RegionKind::kBackingStore : RegionKind::kEngine;
  return {kind, owner, committed, nullptr};
}

// V8 puts a second view of the executable's own code into what it reserved: no memory of its own, but its address space.
constexpr Attributes kEngineView = {RegionKind::kEngine, kEngineObject, false, nullptr};

// Under the lock.
bool is_in_engine(const void* address) noexcept {
  const Region* const known = state.table.find(reinterpret_cast<uintptr_t>(address));
  return known != nullptr && known->attributes.kind == RegionKind::kEngine;
}

bool is_engine(CallSite site) noexcept {
  ErrnoGuard guard;
  return callers_are_prepared() && classify(site) == kEngineObject;
}

// Under the lock. WHY: V8's pages from before the hooks are in no table; what is heard of them is that they go.
void note_engine_release(Range range) noexcept {
  state.engine_released_bytes += static_cast<int64_t>(state.table.unknown_bytes(range));
}

long protect_by(long call, void* address, size_t bytes, int protection, int key, CallSite site) noexcept {
  if (tls_inside) return syscall(call, address, bytes, protection, key);
  const bool committed = is_committed(protection);
  const bool by_engine = !committed && is_engine(site);
  Change change;
  const long result = syscall(call, address, bytes, protection, key);
  if (result != 0) return result;
  ErrnoGuard guard;
  const Range range = range_of(address, bytes);
  state.table.protect(range, committed);
  if (by_engine) {
    note_engine_release(range);
    state.table.fill(range, kEngineView);
  }
  return result;
}

bool gives_pages_back(int advice) noexcept {
  return advice == MADV_DONTNEED || advice == MADV_FREE || advice == MADV_REMOVE;
}

// Under the lock while it runs.
void* map_as(const Attributes& attributes, void* address, size_t bytes, int protection, int flags, int file,
             int64_t offset) noexcept {
  const bool anonymous = (flags & MAP_ANONYMOUS) != 0;
  const bool replaces = (flags & MAP_FIXED) != 0;
  Change change;
  if (replaces) state.resident.before_release(state.table, range_of(address, bytes));
  const bool into_engine = replaces && is_in_engine(address);
  void* const result = reinterpret_cast<void*>(syscall(SYS_mmap, address, bytes, protection, flags, file, offset));
  if (result == MAP_FAILED) return result;
  ErrnoGuard guard;
  const Range range = range_of(result, bytes);
  if (!anonymous) {
    state.table.unmap(range);
    if (into_engine) state.table.fill(range, kEngineView);
  } else if (replaces) {
    if (attributes.kind == RegionKind::kEngine) note_engine_release(range);
    state.table.map_over(range, attributes);
  } else {
    state.table.map(range, attributes);
  }
  return result;
}

} // namespace

void* map(void* address, size_t bytes, int protection, int flags, int file, int64_t offset, CallSite site) noexcept {
  const bool anonymous = (flags & MAP_ANONYMOUS) != 0;
  if (tls_inside || (!anonymous && (flags & MAP_FIXED) == 0)) {
    return reinterpret_cast<void*>(syscall(SYS_mmap, address, bytes, protection, flags, file, offset));
  }
  const Attributes attributes = anonymous ? attributes_of(site, protection) : Attributes{};
  void* const result = map_as(attributes, address, bytes, protection, flags, file, offset);
  if (anonymous && attributes.kind == RegionKind::kEngine) tracker::engine_mapped();
  return result;
}

int unmap(void* address, size_t bytes, CallSite site) noexcept {
  if (tls_inside) return static_cast<int>(syscall(SYS_munmap, address, bytes));
  const bool by_engine = is_engine(site);
  Change change;
  const Range range = range_of(address, bytes);
  state.resident.before_release(state.table, range);
  const long result = syscall(SYS_munmap, address, bytes);
  if (result != 0) return static_cast<int>(result);
  if (by_engine) note_engine_release(range);
  state.table.unmap(range);
  return 0;
}

int protect(void* address, size_t bytes, int protection, CallSite site) noexcept {
  return static_cast<int>(protect_by(SYS_mprotect, address, bytes, protection, 0, site));
}

int protect_with_key(void* address, size_t bytes, int protection, int key, CallSite site) noexcept {
  const long call = key == -1 ? SYS_mprotect : SYS_pkey_mprotect; // as the C library, for kernels without keys
  return static_cast<int>(protect_by(call, address, bytes, protection, key, site));
}

void* remap(void* address, size_t bytes, size_t new_bytes, int flags, void* new_address) noexcept {
  const auto call = [&]() noexcept {
    return reinterpret_cast<void*>(syscall(SYS_mremap, address, bytes, new_bytes, flags, new_address));
  };
  if (tls_inside) return call();
  Change change;
  const bool into_engine = (flags & MREMAP_FIXED) != 0 && is_in_engine(new_address);
  void* const result = call();
  if (result == MAP_FAILED) return result;
  constexpr int kKeepsSource = 4; // MREMAP_DONTUNMAP, newer than the oldest C library's headers
  const bool keeps_source = (flags & kKeepsSource) != 0 || bytes == 0;
  state.table.move(range_of(address, bytes), range_of(result, new_bytes), keeps_source);
  if (into_engine) state.table.fill(range_of(result, new_bytes), kEngineView);
  return result;
}

int advise(void* address, size_t bytes, int advice) noexcept {
  if (!tls_inside && gives_pages_back(advice)) {
    const Hold hold;
    state.resident.before_release(state.table, range_of(address, bytes));
  }
  return static_cast<int>(syscall(SYS_madvise, address, bytes, advice));
}

} // namespace benchmem::mappings
