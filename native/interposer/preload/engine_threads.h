// V8's own threads, which node starts for it: while they are held, a collection runs on its isolate's thread alone.
// WHY: V8 14 hands parts of a young collection to them even where its flags forbid it, and where objects lie afterwards depends on
// who took part (docs/decisions/deterministic-children.md).
#ifndef BENCHMEM_INTERPOSER_PRELOAD_ENGINE_THREADS_H_
#define BENCHMEM_INTERPOSER_PRELOAD_ENGINE_THREADS_H_

namespace benchmem::preload {

// As benchmem_abi.h says.
void hold_engine_threads() noexcept;
void release_engine_threads() noexcept;

// WHY: at the start, because a look-up takes the loader's lock, and a thread that loads a library may hold that while it waits for a
// signal.
void find_condition_functions() noexcept;
// In a forked child.
void reset_engine_threads_after_fork() noexcept;

} // namespace benchmem::preload

#endif // BENCHMEM_INTERPOSER_PRELOAD_ENGINE_THREADS_H_
