// The one table of this process, its lock, and the system calls around which it is kept.
// WHY system calls and not the C library's functions: those are what is hooked, and add nothing.

#include "mappings/mappings.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "kernel/futex_lock.h"
#include "kernel/raw_pages.h"
#include "mappings/region_table.h"
#include "mappings/resident.h"
#include "tracker/tracker.h"

namespace benchmem::mappings {

namespace {

constexpr uintptr_t kPageBytes = 4096;
constexpr size_t kMaxRegions = size_t{1} << 18; // four times what the kernel allows by default

struct State {
  FutexLock lock;
  RegionTable table;
  ResidentRows resident;
  bool has_table = false;
  bool no_memory = false;
  // Of the backing stores: committed when the last window opened, and what the sum holds of them since.
  int64_t opening_bytes = 0;
  int64_t contributed_bytes = 0;
};

State state;

// WHY: a signal handler that maps memory while its thread is in here must not wait for itself; neither must a fork
// handler. Their calls are made and not noted.
__thread bool tls_inside __attribute__((tls_model("initial-exec"))) = false;

bool prepare_table() noexcept {
  if (state.has_table || state.no_memory) return state.has_table;
  auto* room = static_cast<Region*>(map_pages(kMaxRegions * sizeof(Region)));
  state.no_memory = room == nullptr;
  if (room == nullptr) return false;
  state.table.use(room, kMaxRegions);
  return state.has_table = true;
}

bool is_complete() noexcept { return state.has_table && !state.table.overflowed(); }

int64_t committed_stores() noexcept {
  return static_cast<int64_t>(state.table.committed(RegionKind::kBackingStore));
}

// Under the lock.
// WHY never negative: memory from before the window must not make a peak smaller, as for native blocks and heaps.
void contribute_stores() noexcept {
  if (!is_complete()) return;
  const int64_t above = committed_stores() - state.opening_bytes;
  const int64_t share = above > 0 ? above : 0;
  if (share == state.contributed_bytes) return;
  tracker::contribute(BENCHMEM_PART_MAPPED_OTHER, share - state.contributed_bytes);
  state.contributed_bytes = share;
}

// Holds the lock. What the backing stores gain or lose while it lives goes to the sum.
class Change {
 public:
  Change() noexcept {
    tls_inside = true;
    state.lock.lock();
    prepare_table();
  }
  ~Change() {
    contribute_stores();
    state.lock.unlock();
    tls_inside = false;
  }
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;
};

class Hold {
 public:
  Hold() noexcept {
    tls_inside = true;
    state.lock.lock();
    prepare_table();
  }
  ~Hold() {
    state.lock.unlock();
    tls_inside = false;
  }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
};

Range range_of(const void* address, size_t bytes) noexcept {
  const auto begin = reinterpret_cast<uintptr_t>(address);
  const uintptr_t end = begin + ((bytes + kPageBytes - 1) & ~(kPageBytes - 1));
  return end < begin ? Range{begin, begin} : Range{begin & ~(kPageBytes - 1), end};
}

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

long protect_by(long call, void* address, size_t bytes, int protection, int key) noexcept {
  if (tls_inside) return syscall(call, address, bytes, protection, key);
  Change change;
  const long result = syscall(call, address, bytes, protection, key);
  if (result == 0) {
    ErrnoGuard guard;
    state.table.protect(range_of(address, bytes), is_committed(protection));
  }
  return result;
}

bool gives_pages_back(int advice) noexcept {
  return advice == MADV_DONTNEED || advice == MADV_FREE || advice == MADV_REMOVE;
}

} // namespace

namespace {

// Under the lock while it runs.
void* map_as(const Attributes& attributes, void* address, size_t bytes, int protection, int flags, int file,
             int64_t offset) noexcept {
  const bool anonymous = (flags & MAP_ANONYMOUS) != 0;
  const bool replaces = (flags & MAP_FIXED) != 0;
  Change change;
  if (replaces) state.resident.before_release(state.table, range_of(address, bytes));
  void* const result = reinterpret_cast<void*>(syscall(SYS_mmap, address, bytes, protection, flags, file, offset));
  if (result == MAP_FAILED) return result;
  ErrnoGuard guard;
  const Range range = range_of(result, bytes);
  if (!anonymous) {
    state.table.unmap(range);
  } else if (replaces) {
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

int unmap(void* address, size_t bytes) noexcept {
  if (tls_inside) return static_cast<int>(syscall(SYS_munmap, address, bytes));
  Change change;
  const Range range = range_of(address, bytes);
  state.resident.before_release(state.table, range);
  const long result = syscall(SYS_munmap, address, bytes);
  if (result == 0) state.table.unmap(range);
  return static_cast<int>(result);
}

int protect(void* address, size_t bytes, int protection) noexcept {
  return static_cast<int>(protect_by(SYS_mprotect, address, bytes, protection, 0));
}

int protect_with_key(void* address, size_t bytes, int protection, int key) noexcept {
  const long call = key == -1 ? SYS_mprotect : SYS_pkey_mprotect; // as the C library, for kernels without keys
  return static_cast<int>(protect_by(call, address, bytes, protection, key));
}

void* remap(void* address, size_t bytes, size_t new_bytes, int flags, void* new_address) noexcept {
  const auto call = [&]() noexcept {
    return reinterpret_cast<void*>(syscall(SYS_mremap, address, bytes, new_bytes, flags, new_address));
  };
  if (tls_inside) return call();
  Change change;
  void* const result = call();
  if (result == MAP_FAILED) return result;
  constexpr int kKeepsSource = 4; // MREMAP_DONTUNMAP, newer than the oldest C library's headers
  const bool keeps_source = (flags & kKeepsSource) != 0 || bytes == 0;
  state.table.move(range_of(address, bytes), range_of(result, new_bytes), keeps_source);
  return result;
}

int advise(void* address, size_t bytes, int advice) noexcept {
  if (!tls_inside && gives_pages_back(advice)) {
    const Hold hold;
    state.resident.before_release(state.table, range_of(address, bytes));
  }
  return static_cast<int>(syscall(SYS_madvise, address, bytes, advice));
}

Unnoted::Unnoted() noexcept : was_inside_(tls_inside) { tls_inside = true; }
Unnoted::~Unnoted() { tls_inside = was_inside_; }

void resolve_early_regions() noexcept {
  ErrnoGuard guard;
  for (;;) {
    const void* caller = nullptr;
    {
      const Hold hold;
      for (const Region& region : state.table) {
        if (region.attributes.kind == RegionKind::kEarly) caller = region.attributes.caller;
      }
    }
    if (caller == nullptr) return;
    const ObjectId owner = classify({caller, nullptr});
    const Hold hold;
    state.table.resolve_early(caller, owner == kEngineObject ? RegionKind::kEngine : RegionKind::kObject, owner);
  }
}

void forget_all() noexcept {
  const Hold hold;
  state.table.unmap({0, UINTPTR_MAX});
}

// WHY one lock around all: a change between the window's opening and its baseline would stand in the sum twice.
benchmem_status open_window(const benchmem_window_options* options, uint64_t* token) noexcept {
  const Hold hold;
  const benchmem_status status = tracker::window_open(options, token);
  if (status != BENCHMEM_OK) return status;
  state.opening_bytes = committed_stores();
  state.contributed_bytes = 0;
  state.resident.open_window(state.table);
  return status;
}

void window_ended() noexcept {
  const Hold hold;
  state.resident.end_window(state.table);
}

namespace {

struct Extent {
  uint64_t reserved = 0;
  uint64_t committed = 0;
};
// WHY static: 12 KB are too much for some threads' stacks. Under the lock.
Extent g_extents[kResidentRows];

void fill_row(size_t index, benchmem_mapping_totals* out) noexcept {
  *out = {};
  const char* path = "";
  if (index == kEngineRow) {
    out->kind = BENCHMEM_MAPPED_BY_ENGINE;
  } else if (index == kBackingStoreRow) {
    out->kind = BENCHMEM_MAPPED_FOR_BUFFERS;
  } else {
    const bool is_pool = index >= kFirstPoolRow;
    out->kind = is_pool ? BENCHMEM_MAPPED_AS_POOL : BENCHMEM_MAPPED_BY_OBJECT;
    path = object_path(static_cast<ObjectId>(is_pool ? index - kFirstPoolRow : index));
  }
  memcpy(out->path, path, strnlen(path, sizeof(out->path) - 1));
  const ResidentRows::Row& row = state.resident.row(index);
  out->reserved_bytes = g_extents[index].reserved;
  out->committed_bytes = g_extents[index].committed;
  out->resident_bytes = row.now;
  out->resident_opening_bytes = row.opening;
  out->resident_peak_bytes = row.peak;
}

} // namespace

benchmem_status figures(benchmem_mapping_totals* out, size_t* count) noexcept {
  ErrnoGuard guard;
  const Hold hold;
  if (!is_complete()) return BENCHMEM_NOT_AVAILABLE;
  state.resident.read(state.table);
  for (Extent& extent : g_extents) extent = {};
  for (const Region& region : state.table) {
    Extent& extent = g_extents[row_of(region.attributes)];
    extent.reserved += region.range.bytes();
    if (region.attributes.committed) extent.committed += region.range.bytes();
  }
  size_t found = 0;
  bool taken[kResidentRows] = {};
  while (found < *count) {
    size_t most = kResidentRows;
    for (size_t index = 0; index != kResidentRows; ++index) {
      const ResidentRows::Row& row = state.resident.row(index);
      if (taken[index] || (g_extents[index].reserved == 0 && row.peak == 0)) continue;
      if (most == kResidentRows || row.peak > state.resident.row(most).peak) most = index;
    }
    if (most == kResidentRows) break;
    taken[most] = true;
    fill_row(most, &out[found++]);
  }
  *count = found;
  return BENCHMEM_OK;
}

void declare_pool(const void* address, size_t bytes, CallSite site) noexcept {
  const ObjectId owner = classify(site);
  const Hold hold;
  state.table.retag(range_of(address, bytes), RegionKind::kPool, owner);
}

void undeclare_pool(const void* address, size_t bytes, CallSite site) noexcept {
  const ObjectId owner = classify(site);
  const Hold hold;
  state.table.retag(range_of(address, bytes), RegionKind::kObject, owner);
}

void install_fork_handlers() noexcept {
  static std::atomic<bool> installed{false};
  if (installed.exchange(true)) return;
  pthread_atfork(
      [] {
        state.lock.lock();
        tls_inside = true;
      },
      [] {
        tls_inside = false;
        state.lock.unlock();
      },
      [] {
        state.lock.reset_after_fork();
        tls_inside = false;
      });
}

} // namespace benchmem::mappings
