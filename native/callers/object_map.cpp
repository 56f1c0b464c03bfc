// Keeping the table of loaded objects in step with what scans of the loader's list report.

#include "callers/object_map.h"

#include <cstring>

namespace benchmem::callers {

namespace {

uint64_t hash_of(const char* text) noexcept {
  uint64_t hash = 0xcbf29ce484222325u; // FNV-1a
  for (; *text != 0; ++text) hash = (hash ^ static_cast<uint8_t>(*text)) * 0x100000001b3u;
  return hash;
}

bool same(const AddressRange& a, const AddressRange& b) noexcept { return a.begin == b.begin && a.end == b.end; }

} // namespace

bool allocates_on_behalf(const char* path) noexcept {
  static constexpr const char* kPrefixes[] = {
      "libc.so", "libc-2.",    "ld-linux", "ld-2.",        "libpthread.", "libpthread-", "libdl.",
      "libdl-",  "libc.musl-", "ld-musl-", "libstdc++.so", "libgcc_s.so", "libc++.so",   "libc++abi.so",
  };
  const char* const slash = strrchr(path, '/');
  const char* const name = slash == nullptr ? path : slash + 1;
  for (const char* prefix : kPrefixes) {
    if (strncmp(name, prefix, strlen(prefix)) == 0) return true;
  }
  return false;
}

void ObjectMap::observe(const ObjectDescription& object, uint64_t scan, IdSet* gone) noexcept {
  if (object.code_ranges == 0) return;
  const uint64_t path_hash = hash_of(object.path);
  LoadedObject* const known = find_same(object, path_hash);
  if (known == nullptr) {
    changing_.store(true);
    add(object, path_hash, scan, gone);
    changing_.store(false);
  } else if (known->seen_by_scan < scan) {
    known->seen_by_scan = scan;
  }
}

void ObjectMap::end_scan(uint64_t scan, IdSet* gone) noexcept {
  for (uint32_t index = 0; index != object_count_; ++index) {
    const uint64_t seen = objects_[index].seen_by_scan; // by a later scan: added since this one began
    if (seen == 0 || seen >= scan) continue;
    changing_.store(true);
    retire(index, gone);
    changing_.store(false);
  }
}

const LoadedObject* ObjectMap::find(uintptr_t address) const noexcept {
  const size_t index = first_ending_after(address);
  if (index == range_count_ || address < ranges_[index].addresses.begin) return nullptr;
  return &objects_[ranges_[index].object];
}

AddressRange ObjectMap::readable_code(uintptr_t address) const noexcept {
  const LoadedObject* const object = find(address);
  return object == nullptr || !object->code_is_readable ? AddressRange{}
                                                        : ranges_[first_ending_after(address)].addresses;
}

void ObjectMap::clear() noexcept {
  for (size_t index = 0; index != object_count_; ++index) ids_.release(objects_[index].id);
  for (size_t index = 0; index != object_count_; ++index) objects_[index] = {};
  object_count_ = 0;
  range_count_ = 0;
  overflowed_ = false;
  changing_.store(false);
}

LoadedObject* ObjectMap::find_same(const ObjectDescription& object, uint64_t path_hash) noexcept {
  const size_t index = first_ending_after(object.code[0].begin);
  if (index == range_count_) return nullptr;
  LoadedObject& found = objects_[ranges_[index].object];
  const bool is_same = found.load_address == object.load_address && found.path_hash == path_hash &&
                       same(found.first_code, object.code[0]);
  return is_same ? &found : nullptr;
}

LoadedObject* ObjectMap::free_entry() noexcept {
  for (size_t index = 0; index != object_count_; ++index) {
    if (objects_[index].seen_by_scan == 0) return &objects_[index];
  }
  return object_count_ == kMaxObjects ? nullptr : &objects_[object_count_++];
}

void ObjectMap::add(const ObjectDescription& object, uint64_t path_hash, uint64_t scan, IdSet* gone) noexcept {
  for (size_t i = 0; i != object.code_ranges; ++i) retire_overlapping(object.code[i], gone);
  LoadedObject* const entry = free_entry();
  if (entry == nullptr) {
    overflowed_ = true;
    return;
  }
  entry->path_hash = path_hash;
  entry->load_address = object.load_address;
  entry->first_code = object.code[0];
  entry->unwind_segment = object.unwind_segment;
  entry->unwind_header = object.unwind_header;
  entry->code_is_readable = object.code_is_readable;
  entry->seen_by_scan = scan;
  entry->id = ids_.claim(object.path, object.load_address);
  entry->on_behalf = allocates_on_behalf(object.path);
  for (size_t i = 0; i != object.code_ranges; ++i) {
    if (!insert(object.code[i], static_cast<uint32_t>(entry - objects_))) overflowed_ = true;
  }
  gone->add(kUnknownObject);
}

bool ObjectMap::insert(const AddressRange& addresses, uint32_t object) noexcept {
  if (range_count_ == kMaxRanges) return false;
  const size_t at = first_ending_after(addresses.begin);
  memmove(&ranges_[at + 1], &ranges_[at], (range_count_ - at) * sizeof(CodeRange));
  ranges_[at] = {addresses, object};
  ++range_count_;
  return true;
}

void ObjectMap::retire(uint32_t object, IdSet* gone) noexcept {
  size_t kept = 0;
  for (size_t i = 0; i != range_count_; ++i) {
    if (ranges_[i].object != object) ranges_[kept++] = ranges_[i];
  }
  range_count_ = kept;
  gone->add(objects_[object].id);
  ids_.release(objects_[object].id);
  objects_[object] = {};
}

// WHY: between two scans the loader may have put another object where one was.
void ObjectMap::retire_overlapping(const AddressRange& addresses, IdSet* gone) noexcept {
  for (;;) {
    const size_t index = first_ending_after(addresses.begin);
    if (index == range_count_ || ranges_[index].addresses.begin >= addresses.end) return;
    retire(ranges_[index].object, gone);
  }
}

size_t ObjectMap::first_ending_after(uintptr_t address) const noexcept {
  size_t low = 0, high = range_count_;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (ranges_[middle].addresses.end <= address)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

} // namespace benchmem::callers
