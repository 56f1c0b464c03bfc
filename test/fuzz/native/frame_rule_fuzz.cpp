// Fuzzes the reader of unwind tables: any bytes are read inside their bounds, and a rule keeps its limits.
// The input is tried as an image, and as changes to a good one: random bytes alone seldom are an unwind
// table.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "../../native/callers_unwind_image.h"
#include "callers/row_step.h"

using namespace benchmem::callers;

namespace {

// Leaves the frame by its row: the stack pointer only rises, and no word outside the window is read. The window's
// words lead anywhere.
void check_step(const UnwindImage& image, const FrameRow& frame, const Machine& machine, uint64_t seed) {
  constexpr size_t kWords = 64;
  const std::unique_ptr<uintptr_t[]> words(new uintptr_t[kWords]);
  const uintptr_t begin = reinterpret_cast<uintptr_t>(words.get()), end = begin + kWords * sizeof words[0];
  for (size_t i = 0; i != kWords; ++i) words[i] = seed >> i % 8 & 1 ? begin + 8 * (i * 7 % kWords) : seed * i;
  Registers registers(machine);
  registers.stack = begin + 8 * (seed % kWords);
  for (size_t i = 0; i != machine.tracked_count; ++i)
    registers.tracked[i] = {begin + 8 * (seed / (i + 1) % kWords), i % 4 != 3};
  const uintptr_t before = registers.stack;
  const bool stepped = step_by_row(image, frame, {before, end}, &registers);
  if (stepped ? registers.stack <= before || registers.stack > end : registers.stack != before) abort();
}

template <Machine::Kind kKind>
void check_rule_of(const Machine& machine, const UnwindImage& image, uint64_t pc) {
  FrameRow frame;
  if (find_frame_row(image, pc, &frame, machine)) check_step(image, frame, machine, pc * 0x9E3779B97F4A7C15u >> 32);
  const FrameRule rule = find_frame_rule(image, pc, machine);
  if (!rule.exists()) return;
  if (rule.cfa_words > FrameRule::kMaxCfaWords || !RulePacking<kKind>::fits(rule)) abort();
  const FrameRule back = RulePacking<kKind>::unpack(RulePacking<kKind>::pack(rule));
  if (back.cfa_words != rule.cfa_words || back.saved_pointer_words != rule.saved_pointer_words) abort();
  if (back.from_frame_pointer != rule.from_frame_pointer || back.return_words != rule.return_words) abort();
}

void check_rule(const UnwindImage& image, uint64_t pc) {
  check_rule_of<Machine::kX86_64>(kX86_64, image, pc);
  check_rule_of<Machine::kArm64>(kArm64, image, pc);
}

// The first 16 bytes choose where the image lies and what is asked of it, the others are the image.
void check_as_image(const uint8_t* bytes, size_t size) {
  uint32_t choice[4];
  if (size < sizeof choice) return;
  memcpy(choice, bytes, sizeof choice);
  bytes += sizeof choice;
  size -= sizeof choice;
  const UnwindImage image{bytes, size, choice[0], uint64_t{choice[0]} + choice[1] % (size + 8)};
  for (uint64_t pc :
       {uint64_t{choice[2]}, uint64_t{choice[0]} + choice[3] % (2 * size + 8), ~uint64_t{0}, uint64_t{0}}) {
    check_rule(image, pc);
  }
}

// The first bytes are the function's instructions; each two behind them a position and the byte to put there.
void check_as_changes(const uint8_t* bytes, size_t size) {
  using callers_test::UnwindImageBuilder;
  constexpr size_t kInstructions = 24;
  if (size < kInstructions) return;
  UnwindImageBuilder builder(size % 2 == 0 ? kX86_64 : kArm64);
  builder.fde_instructions.assign(bytes, bytes + kInstructions);
  callers_test::Bytes good = builder.build();
  for (size_t used : {kInstructions, kInstructions + 4, size}) {
    callers_test::Bytes changed = good;
    for (size_t i = kInstructions; i + 1 < used && i + 1 < size; i += 2)
      changed[bytes[i] % changed.size()] = bytes[i + 1];
    const std::unique_ptr<uint8_t[]> exact(new uint8_t[changed.size()]);
    memcpy(exact.get(), changed.data(), changed.size());
    const UnwindImage image{exact.get(), changed.size(), UnwindImageBuilder::kAddress, UnwindImageBuilder::kAddress};
    for (uint64_t offset : {0, 1, 63, 1000}) check_rule(image, UnwindImageBuilder::kFunction + offset);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  check_as_image(bytes, size);
  check_as_changes(bytes, size);
  return 0;
}
