// What a process read of its engine's symbols, as bytes: a later process of the same engine takes that over, and reads no
// symbols. Pure. Must not trust the bytes: what is not whole, or is another engine's, is no answer.
#ifndef BENCHMEM_CALLERS_ENGINE_HANDOVER_H_
#define BENCHMEM_CALLERS_ENGINE_HANDOVER_H_

#include <cstddef>
#include <cstdint>

#include "callers/engine_identity.h"
#include "callers/engine_symbols.h"

namespace benchmem::callers {

// Bytes that are there for a handover, whatever they hold now.
struct HandoverRoom {
  uint8_t* bytes = nullptr;
  size_t size = 0;
};

struct KnownCode {
  const CodeRun* runs = nullptr;
  size_t run_count = 0;
  BuiltinsSpan builtins;
};

// False: there is nothing, or it does not fit; the room stays as it is.
bool write_handover(const KnownCode& code, const EngineIdentity& identity, const HandoverRoom& room) noexcept;

// `runs` has room for `room.size` bytes. False: nothing of that engine, nothing whole, or nothing that fits its code.
bool read_handover(const HandoverRoom& room, const EngineIdentity& identity, const CodeSpan& code, CodeRun* runs,
                   KnownCode* out) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_ENGINE_HANDOVER_H_
