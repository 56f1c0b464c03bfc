// Which address ranges were mapped, by whom, and which of them are committed (readable or writable): a sorted
// table with the semantics of the kernel's calls. Pure: it maps nothing and locks nothing; its memory is brought.
//
// INVARIANT: regions ascend, do not overlap, are not empty, and neighbours that touch differ in an attribute.
// INVARIANT: committed(kind) is the sum of the committed regions' bytes of that kind.
#ifndef BENCHMEM_MAPPINGS_REGION_TABLE_H_
#define BENCHMEM_MAPPINGS_REGION_TABLE_H_

#include <cstddef>
#include <cstdint>

#include "callers/callers.h"
#include "kernel/range.h"

namespace benchmem::mappings {

enum class RegionKind : uint8_t {
  kObject = 0,        // a shared object's own mapping: nobody else accounts for it
  kEngine = 1,        // V8's heap, code and stacks
  kBackingStore = 2,  // memory of WebAssembly, resizable and growable buffers: part of the sum
  kPool = 3,          // pages beneath blocks that their allocator reports one by one
  kEarly = 4,         // mapped before callers could be told apart; `caller` is kept to do it later
  kEarlierObject = 5, // a shared object's own mapping from before anything was hooked: see earlier.h
};
inline constexpr size_t kRegionKinds = 6;

inline bool is_of_object(RegionKind kind) noexcept {
  return kind == RegionKind::kObject || kind == RegionKind::kEarlierObject;
}

struct Attributes {
  RegionKind kind = RegionKind::kObject;
  ObjectId owner = kUnknownObject;
  bool committed = false;
  const void* caller = nullptr; // of kEarly only

  bool operator==(const Attributes& other) const noexcept {
    return kind == other.kind && owner == other.owner && committed == other.committed && caller == other.caller;
  }
};

struct Region {
  Range range;
  Attributes attributes;
};

class RegionTable {
 public:
  // `room`: for `capacity` regions, the caller's for good.
  void use(Region* room, size_t capacity) noexcept {
    regions_ = room;
    capacity_ = capacity;
  }

  // A new mapping; what was there is gone.
  void map(Range range, const Attributes& attributes) noexcept;
  // A mapping over another one (MAP_FIXED): what the same party mapped before keeps its kind.
  void map_over(Range range, const Attributes& attributes) noexcept;
  void unmap(Range range) noexcept;
  void protect(Range range, bool committed) noexcept;
  // Gives the parts of the range that nothing is known of to this party.
  void fill(Range range, const Attributes& attributes) noexcept;
  // What is known at `from.begin` is at `to` now; from.begin == to.begin: it grew or shrank in place.
  void move(Range from, Range to, bool keeps_source) noexcept;
  // Gives every part of the range that shared objects mapped another kind and owner; V8's and unknown ones stay so.
  void retag(Range range, RegionKind kind, ObjectId owner) noexcept;
  // The early regions that `caller` mapped are this party's.
  void resolve_early(const void* caller, RegionKind kind, ObjectId owner) noexcept;

  const Region* begin() const noexcept { return regions_; }
  const Region* end() const noexcept { return regions_ + count_; }
  const Region* find(uintptr_t address) const noexcept;
  size_t first_ending_after(uintptr_t address) const noexcept;
  // Of the range, what no region holds.
  uint64_t unknown_bytes(Range range) const noexcept;
  uint64_t committed(RegionKind kind) const noexcept { return committed_[static_cast<size_t>(kind)]; }
  // There were more regions than room: nothing that the table says is complete any more.
  bool overflowed() const noexcept { return overflowed_; }
  bool is_valid() const noexcept; // the invariants above, for tests

 private:
  static bool same_party(const Attributes& a, const Attributes& b) noexcept;
  bool insert_at(size_t index, const Region& region) noexcept;
  void erase(size_t first, size_t last) noexcept;
  void split_at(uintptr_t address) noexcept;
  void join_around(Range range) noexcept;
  void count(const Region& region, bool adds) noexcept;
  void set(Region& region, const Attributes& attributes) noexcept;

  Region* regions_ = nullptr;
  size_t capacity_ = 0;
  size_t count_ = 0;
  uint64_t committed_[kRegionKinds] = {};
  bool overflowed_ = false;
};

} // namespace benchmem::mappings

#endif // BENCHMEM_MAPPINGS_REGION_TABLE_H_
