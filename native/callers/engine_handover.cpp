// The bytes: a head, then the runs.

#include "callers/engine_handover.h"

#include <cstring>

namespace benchmem::callers {

namespace {

struct Head {
  uint64_t checksum; // of all that follows it
  EngineIdentity identity;
  BuiltinsSpan builtins;
  uint64_t run_count;
};
static_assert(sizeof(Head) == 8 + sizeof(EngineIdentity) + 16 + 8, "no padding");

// Behind a head's checksum. The room has been found to be large enough.
FileBytes checked_bytes(const HandoverRoom& room, uint64_t run_count) noexcept {
  const size_t bytes = sizeof(Head) - sizeof(uint64_t) + static_cast<size_t>(run_count) * sizeof(CodeRun);
  return {room.bytes + sizeof(uint64_t), bytes};
}

bool fits(const HandoverRoom& room, uint64_t run_count) noexcept {
  return room.size >= sizeof(Head) && run_count <= (room.size - sizeof(Head)) / sizeof(CodeRun);
}

// SAFETY: a handover that somebody wrote on purpose has a right checksum, too; its runs must keep the invariant all the same.
bool are_runs(const CodeRun* runs, uint64_t count, uint64_t code_bytes) noexcept {
  CodeKind before = CodeKind::kProgram;
  for (uint64_t i = 0; i != count; ++i) {
    if (run_kind(runs[i]) == before || run_start(runs[i]) >= code_bytes) return false;
    if (i != 0 && run_start(runs[i]) <= run_start(runs[i - 1])) return false;
    before = run_kind(runs[i]);
  }
  return true;
}

bool is_span_of(const BuiltinsSpan& builtins, const CodeSpan& code) noexcept {
  if (builtins.begin == 0 && builtins.end == 0) return true; // none is named
  return builtins.begin >= code.begin && builtins.begin <= builtins.end && builtins.end <= code.end;
}

} // namespace

bool write_handover(const KnownCode& code, const EngineIdentity& identity, const HandoverRoom& room) noexcept {
  if (!identity.complete() || code.run_count == 0 || !fits(room, code.run_count)) return false;
  Head head{0, identity, code.builtins, code.run_count};
  memcpy(room.bytes, &head, sizeof head);
  memcpy(room.bytes + sizeof head, code.runs, code.run_count * sizeof(CodeRun));
  head.checksum = checksum_of(checked_bytes(room, head.run_count));
  memcpy(room.bytes, &head.checksum, sizeof head.checksum);
  return true;
}

bool read_handover(const HandoverRoom& room, const EngineIdentity& identity, const CodeSpan& code, CodeRun* runs,
                   KnownCode* out) noexcept {
  Head head;
  if (!identity.complete() || !fits(room, 0)) return false;
  memcpy(&head, room.bytes, sizeof head);
  if (memcmp(&head.identity, &identity, sizeof identity) != 0 || !fits(room, head.run_count)) return false;
  if (checksum_of(checked_bytes(room, head.run_count)) != head.checksum || !is_span_of(head.builtins, code))
    return false;
  const size_t count = static_cast<size_t>(head.run_count);
  memcpy(runs, room.bytes + sizeof head, count * sizeof(CodeRun));
  if (!are_runs(runs, count, code.end - code.begin) || count_engine_runs(runs, count) == 0) return false;
  *out = {runs, count, head.builtins};
  return true;
}

} // namespace benchmem::callers
