#include "interposer/attached/loaded_objects.h"

#include <dlfcn.h>

namespace benchmem::attached {

bool LoadedObjects::collect() noexcept {
  objects_.clear();
  names_.clear();
  return ::dl_iterate_phdr(&LoadedObjects::add, this) == 0;
}

// Runs under the loader's lock: copies, and calls nothing that could wait or allocate.
int LoadedObjects::add(struct dl_phdr_info* info, size_t, void* self) noexcept {
  LoadedObjects& list = *static_cast<LoadedObjects*>(self);
  const LoadedObject object{info->dlpi_addr, info->dlpi_phdr, info->dlpi_phnum, list.names_.size()};
  return list.add_name(info->dlpi_name) && list.objects_.push(object) ? 0 : 1;
}

bool LoadedObjects::add_name(const char* name) noexcept {
  for (; *name != '\0'; ++name) {
    if (!names_.push(*name)) return false;
  }
  return names_.push('\0');
}

ObjectHold::ObjectHold(const LoadedObjects& objects, const LoadedObject& object) noexcept {
  const char* name = objects.name(object);
  if (*name == '\0') { // the executable stays
    held_ = true;
    return;
  }
  handle_ = ::dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
  if (handle_ == nullptr) {
    ::dlerror(); // unloaded since it was listed: nothing to patch, nothing to report
    return;
  }
  struct link_map* map = nullptr;
  held_ = ::dlinfo(handle_, RTLD_DI_LINKMAP, &map) == 0 && map->l_addr == object.base;
}

ObjectHold::~ObjectHold() {
  if (handle_ != nullptr) ::dlclose(handle_);
}

} // namespace benchmem::attached
