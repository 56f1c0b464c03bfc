// Which loaded object holds an address. A table that a scan of the loader's list keeps up to date.
// All under the callers' lock. Must not ask the loader itself: loaded_objects.h does.
#ifndef BENCHMEM_CALLERS_OBJECT_MAP_H_
#define BENCHMEM_CALLERS_OBJECT_MAP_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "callers/answer_cache.h"
#include "callers/object_ids.h"

namespace benchmem::callers {

struct AddressRange {
  uintptr_t begin = 0;
  uintptr_t end = 0;
};

// One object as the loader lists it. `path` need not outlive the call that it is passed to.
struct ObjectDescription {
  static constexpr size_t kMaxCodeRanges = 8;
  const char* path = "";
  uintptr_t load_address = 0;
  AddressRange code[kMaxCodeRanges];
  size_t code_ranges = 0;
  bool code_is_readable = true; // and not only executable
  AddressRange unwind_segment;  // readable memory with .eh_frame_hdr and .eh_frame; empty: none
  uintptr_t unwind_header = 0;
};

struct LoadedObject {
  uint64_t path_hash = 0;
  uintptr_t load_address = 0;
  AddressRange first_code;
  AddressRange unwind_segment;
  uintptr_t unwind_header = 0;
  bool code_is_readable = false;
  uint64_t seen_by_scan = 0; // 0: the entry is free
  ObjectId id = kUnknownObject;
  bool on_behalf = false; // the C or C++ library: its calls count as their callers'
};

// INVARIANT: ranges_ ascend and do not overlap; each belongs to an object in use.
class ObjectMap {
 public:
  // A scan: begin, observe each object, end. `gone` collects the ids of objects that are no longer there, and
  // kUnknownObject where an object appeared (an address may have been unknown before).
  uint64_t begin_scan() noexcept { return ++scans_; }
  void observe(const ObjectDescription& object, uint64_t scan, IdSet* gone) noexcept;
  void end_scan(uint64_t scan, IdSet* gone) noexcept;

  // Null: in no known object. Where more are loaded than the table holds, that may be one of the rest.
  const LoadedObject* find(uintptr_t address) const noexcept;
  bool overflowed() const noexcept { return overflowed_; }
  // The code around an address, as it may be read; empty: in no known object, or executable only.
  AddressRange readable_code(uintptr_t address) const noexcept;

  // Forgets the objects, not their ids.
  void clear() noexcept;
  // In a forked child: another thread was in the midst of a change. All but clear() would misread the table.
  bool half_changed() const noexcept { return changing_.load(std::memory_order_relaxed); }

  const ObjectIds& ids() const noexcept { return ids_; }

 private:
  static constexpr size_t kMaxObjects = 1024;
  static constexpr size_t kMaxRanges = 2048;
  struct CodeRange {
    AddressRange addresses;
    uint32_t object;
  };

  LoadedObject* find_same(const ObjectDescription& object, uint64_t path_hash) noexcept;
  LoadedObject* free_entry() noexcept;
  void add(const ObjectDescription& object, uint64_t path_hash, uint64_t scan, IdSet* gone) noexcept;
  bool insert(const AddressRange& addresses, uint32_t object) noexcept;
  void retire(uint32_t object, IdSet* gone) noexcept;
  void retire_overlapping(const AddressRange& addresses, IdSet* gone) noexcept;
  size_t first_ending_after(uintptr_t address) const noexcept;

  ObjectIds ids_;
  LoadedObject objects_[kMaxObjects] = {};
  CodeRange ranges_[kMaxRanges] = {};
  size_t object_count_ = 0; // entries in use or freed again
  size_t range_count_ = 0;
  uint64_t scans_ = 0;
  bool overflowed_ = false;
  std::atomic<bool> changing_{false};
};

// libc, libstdc++ and their like, by file name.
bool allocates_on_behalf(const char* path) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_OBJECT_MAP_H_
