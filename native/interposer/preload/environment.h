// The environment that user code sees: without what started the measuring.
#ifndef BENCHMEM_INTERPOSER_PRELOAD_ENVIRONMENT_H_
#define BENCHMEM_INTERPOSER_PRELOAD_ENVIRONMENT_H_

#include <cstddef>

namespace benchmem::preload {

// Takes the entries whose file name is `own` out of an LD_PRELOAD list (separated by spaces or colons), in place.
// Returns the length that is left; the other entries stay as they were, in their order.
size_t remove_own_entries(char* list, const char* own) noexcept;

// Takes this library out of LD_PRELOAD and BENCHMEM_ALLOCATOR out of the environment: programs that the measured
// one starts are neither preloaded nor told of it. Once, from the constructor.
void clean_environment() noexcept;

} // namespace benchmem::preload

#endif // BENCHMEM_INTERPOSER_PRELOAD_ENVIRONMENT_H_
