// Claiming, releasing and naming of object ids.

#include "callers/object_ids.h"

#include <cstring>

#include "kernel/raw_pages.h"

namespace benchmem::callers {

ObjectId ObjectIds::claim(const char* path, uintptr_t load_address) noexcept {
  const unsigned given = given_.load(std::memory_order_relaxed);
  const unsigned next = kFirst + given;
  unsigned unloaded = 0;
  for (unsigned id = kFirst; id != next; ++id) {
    Entry& entry = entries_[id];
    if (entry.loaded || strcmp(entry.path, path) != 0) continue;
    unloaded = id;
    if (entry.load_address == load_address) break;
  }
  if (unloaded != 0) {
    if (entries_[unloaded].load_address != load_address) ++moves_;
    entries_[unloaded].load_address = load_address;
    entries_[unloaded].loaded = true;
    return static_cast<ObjectId>(unloaded);
  }
  const char* const kept = next > kLast ? nullptr : keep(path);
  if (kept == nullptr) return kOtherObjects;
  entries_[next] = {kept, load_address, true};
  given_.store(given + 1, std::memory_order_release);
  return static_cast<ObjectId>(next);
}

void ObjectIds::release(ObjectId id) noexcept {
  if (id >= kFirst && id <= kLast) entries_[id].loaded = false;
}

const char* ObjectIds::path(ObjectId id) const noexcept {
  if (id < kFirst || id - kFirst >= given_.load(std::memory_order_acquire)) return nullptr;
  return entries_[id].path;
}

uintptr_t ObjectIds::load_address(ObjectId id) const noexcept {
  return path(id) == nullptr ? 0 : entries_[id].load_address;
}

// Paths are never given back: their ids outlive the objects.
const char* ObjectIds::keep(const char* path) noexcept {
  constexpr size_t kPageBytes = 64 * 1024;
  const size_t bytes = strnlen(path, kPageBytes - 1) + 1;
  if (bytes > pages_left_) {
    char* const pages = static_cast<char*>(map_pages(kPageBytes));
    if (pages == nullptr) return nullptr;
    pages_ = pages;
    pages_left_ = kPageBytes;
  }
  char* const kept = pages_;
  memcpy(kept, path, bytes - 1);
  kept[bytes - 1] = 0;
  pages_ += bytes;
  pages_left_ -= bytes;
  return kept;
}

} // namespace benchmem::callers
