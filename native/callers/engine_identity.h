// What decides what is known of an engine's code: the engine's file and our reader of it, by the build ids that the linker wrote
// into both, and the engine's program headers. Must not read outside what the loader mapped.
#ifndef BENCHMEM_CALLERS_ENGINE_IDENTITY_H_
#define BENCHMEM_CALLERS_ENGINE_IDENTITY_H_

#include <cstddef>
#include <cstdint>

#include "callers/engine_symbols.h"

namespace benchmem::callers {

struct BuildId {
  static constexpr size_t kMaxBytes = 32;
  uint64_t length = 0; // 0: the object has none
  uint8_t bytes[kMaxBytes] = {};
};

// INVARIANT: without padding, so that it is compared and summed up as bytes.
struct EngineIdentity {
  BuildId engine;
  BuildId reader;
  uint64_t headers = 0; // a checksum of the engine's

  bool complete() const noexcept { return engine.length != 0 && reader.length != 0; }
};
static_assert(sizeof(EngineIdentity) == 2 * (8 + BuildId::kMaxBytes) + 8, "no padding");

// Where an object was loaded, and its program headers in memory.
struct LoadedFile {
  uintptr_t load_address = 0;
  FileBytes headers;
};

EngineIdentity identity_of(const LoadedFile& engine, const LoadedFile& reader) noexcept;

// In the contents of a segment of notes. Length 0: there is none, or one that is longer than there is room.
BuildId find_build_id(const FileBytes& notes) noexcept;

uint64_t checksum_of(const FileBytes& bytes) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_ENGINE_IDENTITY_H_
