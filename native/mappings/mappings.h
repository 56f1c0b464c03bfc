// The hooked memory mapping calls, once, for both interposers: make the call, note what it changed. Committed bytes
// of V8's backing stores become a part of the sum; everything else is told apart by who mapped it.
// INVARIANT: a call and its note happen under one lock, so that the table has the kernel's order of events.
// Must not allocate; asks for callers (and the loader) before that lock is taken, never under it.
#ifndef BENCHMEM_MAPPINGS_MAPPINGS_H_
#define BENCHMEM_MAPPINGS_MAPPINGS_H_

#include <cstddef>
#include <cstdint>

#include "abi/benchmem_abi.h"
#include "callers/callers.h"

namespace benchmem::mappings {

// As the calls of the same name: result, errno.
void* map(void* address, size_t bytes, int protection, int flags, int file, int64_t offset, CallSite site) noexcept;
int unmap(void* address, size_t bytes, CallSite site) noexcept;
int protect(void* address, size_t bytes, int protection, CallSite site) noexcept;
int protect_with_key(void* address, size_t bytes, int protection, int key, CallSite site) noexcept;
void* remap(void* address, size_t bytes, size_t new_bytes, int flags, void* new_address) noexcept;
int advise(void* address, size_t bytes, int advice) noexcept;

// While it lives, this thread's calls are made and not noted.
class Unnoted {
 public:
  Unnoted() noexcept;
  ~Unnoted();
  Unnoted(const Unnoted&) = delete;
  Unnoted& operator=(const Unnoted&) = delete;

 private:
  bool was_inside_;
};

// After prepare_callers(): gives what was mapped before it an owner.
void resolve_early_regions() noexcept;
// Where calls will not be seen any more: what is known would go stale.
void forget_all() noexcept;
// The tracker's window_open(), with this module's baselines: what is committed or resident then is nobody's growth.
benchmem_status open_window(const benchmem_window_options* options, uint64_t* token) noexcept;
// The tracker's window_read(). Where measuring has ended, the backing stores' share is what is committed now above the
// opening, or below it: the sum stands still then.
benchmem_status read_window(uint64_t token, benchmem_reading* out) noexcept;
void window_ended() noexcept; // where measuring ends; again is harmless

// Per owner, most resident first. *count: room in, number out. NOT_AVAILABLE if the table lost track, and if the
// kernel does not say what is resident.
benchmem_status figures(benchmem_mapping_totals* out, size_t* count) noexcept;

// As the table of the ABI says.
benchmem_status engine_committed(int64_t* out) noexcept;

// What this party mapped in the range is a pool: its blocks are reported one by one.
void declare_pool(const void* address, size_t bytes, CallSite site) noexcept;
// They are again as any other of its mappings.
void undeclare_pool(const void* address, size_t bytes, CallSite site) noexcept;

// Idempotent; after the tracker's, whose lock is taken inside this module's.
void install_fork_handlers() noexcept;

} // namespace benchmem::mappings

#endif // BENCHMEM_MAPPINGS_MAPPINGS_H_
