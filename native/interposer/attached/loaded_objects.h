// The objects that the loader has in this process, in its search order, and a hold on each while it is patched.
// Collects under the loader's lock into pages of its own; everything else happens after that lock is released.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_LOADED_OBJECTS_H_
#define BENCHMEM_INTERPOSER_ATTACHED_LOADED_OBJECTS_H_

#include <link.h>

#include <cstddef>
#include <cstdint>

#include "interposer/attached/elf_object.h"
#include "interposer/attached/mapped_array.h"

namespace benchmem::attached {

struct LoadedObject {
  uintptr_t base;
  const ElfW(Phdr) * headers;
  size_t header_count;
  size_t name_offset;
};

class LoadedObjects {
 public:
  bool collect() noexcept; // false: no pages for the list
  size_t size() const noexcept { return objects_.size(); }
  const LoadedObject& operator[](size_t index) const noexcept { return objects_[index]; }
  const char* name(const LoadedObject& object) const noexcept { return &names_[object.name_offset]; }

 private:
  static int add(struct dl_phdr_info* info, size_t bytes, void* self) noexcept;
  bool add_name(const char* name) noexcept;

  MappedArray<LoadedObject> objects_;
  MappedArray<char> names_;
};

// While it lives, the object can neither go nor be half relocated.
// WHY: taking a reference waits for the loader's lock, so a dlopen of it on another thread is over by then.
class ObjectHold {
 public:
  ObjectHold(const LoadedObjects& objects, const LoadedObject& object) noexcept;
  ~ObjectHold();
  ObjectHold(const ObjectHold&) = delete;
  ObjectHold& operator=(const ObjectHold&) = delete;
  bool held() const noexcept { return held_; }

 private:
  void* handle_ = nullptr;
  bool held_ = false;
};

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_LOADED_OBJECTS_H_
