// Choosing the allocator before anything in the C library is ready. Linux with glibc's ld.so only.

#include "interposer/preload/allocator_choice.h"

#include <cstring>

#include "backend/jemalloc_backend.h"
#include "backend/system_backend.h"

// Of ld.so: where the kernel put argc, argv, a null, the environment, a null, the auxiliary vector.
extern "C" void* __libc_stack_end;

namespace benchmem::preload {

namespace {

constexpr char kVariable[] = "BENCHMEM_ALLOCATOR=";
const char* g_invalid_value = nullptr;

// The value in the process's first environment, nullptr if it is not set.
const char* find_variable() noexcept {
  char** word = static_cast<char**>(__libc_stack_end) + 1;
  while (*word != nullptr) ++word; // the arguments
  for (++word; *word != nullptr; ++word) {
    if (strncmp(*word, kVariable, sizeof(kVariable) - 1) == 0) return *word + sizeof(kVariable) - 1;
  }
  return nullptr;
}

bool is_known(const char* value) noexcept {
  return *value == '\0' || strcmp(value, "system") == 0 || strcmp(value, "jemalloc") == 0;
}

} // namespace

void choose_allocator() noexcept {
  if (chosen_allocator() != Allocator::kUndecided) return;
  const char* value = find_variable();
  // Where another object's malloc comes first, ours may hand out nothing that its free would not know.
  const bool bypassed = SystemBackend::bypassed_by() != nullptr;
  const bool system = bypassed || (value != nullptr && strcmp(value, "system") == 0);
  if (value != nullptr && !is_known(value)) g_invalid_value = value;
  // WHY: this comes before start(), because what start() itself allocates comes back here.
  const Allocator choice = system ? Allocator::kSystem : Allocator::kJemalloc;
  tracker::hook_state.fetch_or(static_cast<uint8_t>(choice), std::memory_order_relaxed);
  if (system) {
    SystemBackend::start();
  } else {
    JemallocBackend::start();
  }
}

bool choice_is_valid(const char** value) noexcept {
  *value = g_invalid_value;
  return g_invalid_value == nullptr;
}

} // namespace benchmem::preload
