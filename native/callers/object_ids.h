// The ids of shared objects and the paths behind them. Append-only: an id, once given out, keeps its path.
// claim() and release() are called under the callers' lock; path() by anybody at any time.
#ifndef BENCHMEM_CALLERS_OBJECT_IDS_H_
#define BENCHMEM_CALLERS_OBJECT_IDS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "callers/callers.h"

namespace benchmem::callers {

// INVARIANT: the entries of ids below kFirst + given_ are complete: written before given_ counts them, and
// their paths never change.
class ObjectIds {
 public:
  static constexpr unsigned kFirst = kEngineObject + 1;
  static constexpr unsigned kLast = 253; // WHY: 254 is the tracker's own mark for blocks that it does not count

  // The id of an object that is loaded now. One that was unloaded before gets its id back: the one of the
  // same path and address, else one of the same path. kOtherObjects when all are given out or no memory is
  // left.
  ObjectId claim(const char* path, uintptr_t load_address) noexcept;
  // The object was unloaded; its id stays its own.
  void release(ObjectId id) noexcept;

  // Null for an id that was not given out.
  const char* path(ObjectId id) const noexcept;
  // Where it is or was loaded last. Under the callers' lock; 0 for an id that was not given out.
  uintptr_t load_address(ObjectId id) const noexcept;
  // How often an object that had been unloaded came back elsewhere.
  uint64_t moves() const noexcept { return moves_; }

 private:
  struct Entry {
    const char* path;
    uintptr_t load_address;
    bool loaded;
  };

  const char* keep(const char* path) noexcept;

  Entry entries_[kLast + 1] = {}; // by id
  std::atomic<unsigned> given_{0};
  uint64_t moves_ = 0;
  char* pages_ = nullptr; // the rest of the pages that hold the paths
  size_t pages_left_ = 0;
};

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_OBJECT_IDS_H_
