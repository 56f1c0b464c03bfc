// Fuzzes the reader of what a process leaves the next one of its engine's symbols, and that of notes: any bytes are read inside
// their bounds, and what is believed are well-formed runs. The input's own identity is asked for, and its checksum put right,
// because random bytes have neither.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "callers/engine_handover.h"

using namespace benchmem::callers;

namespace {

constexpr CodeSpan kCode{0x1000, 0x41000};
constexpr size_t kSum = sizeof(uint64_t);
constexpr size_t kCount = kSum + sizeof(EngineIdentity) + sizeof(BuiltinsSpan);
constexpr size_t kRuns = kCount + sizeof(uint64_t);

void check_runs(const KnownCode& known, size_t room) {
  if (known.run_count == 0 || known.run_count > room) abort();
  for (size_t i = 0; i != known.run_count; ++i) {
    const CodeRun run = known.runs[i];
    if (run_start(run) >= kCode.end - kCode.begin) abort();
    if (run_kind(run) == (i == 0 ? CodeKind::kProgram : run_kind(known.runs[i - 1]))) abort();
    if (i != 0 && run_start(run) <= run_start(known.runs[i - 1])) abort();
  }
  if (known.builtins.begin > known.builtins.end || known.builtins.end > kCode.end) abort();
}

void check_room(std::vector<uint8_t> bytes) {
  EngineIdentity identity;
  if (bytes.size() >= kRuns) memcpy(&identity, bytes.data() + kSum, sizeof identity);
  std::vector<CodeRun> runs(bytes.size() / sizeof(CodeRun) + 1);
  KnownCode known;
  if (read_handover({bytes.data(), bytes.size()}, identity, kCode, runs.data(), &known)) check_runs(known, runs.size());
}

// No more runs than there is room for, and the right checksum.
void repair(std::vector<uint8_t>* bytes) {
  uint64_t count = 0;
  memcpy(&count, bytes->data() + kCount, sizeof count);
  const uint64_t room = (bytes->size() - kRuns) / sizeof(CodeRun);
  if (count > room) memcpy(bytes->data() + kCount, &room, sizeof room);
  const uint64_t used = count > room ? room : count;
  const uint64_t sum = checksum_of({bytes->data() + kSum, static_cast<size_t>(kRuns - kSum + used * sizeof(CodeRun))});
  memcpy(bytes->data(), &sum, sizeof sum);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  find_build_id({bytes, size});
  std::vector<uint8_t> room(bytes, bytes + size);
  check_room(room);
  if (size < kRuns) return 0;
  repair(&room);
  check_room(room);
  // A good head in front of the input's runs.
  EngineIdentity identity;
  identity.engine.length = identity.reader.length = 20;
  memcpy(room.data() + kSum, &identity, sizeof identity);
  memset(room.data() + kSum + sizeof identity, 0, sizeof(BuiltinsSpan));
  repair(&room);
  check_room(room);
  return 0;
}
