// Fuzzes the reader of machine code: any bytes are read inside their bounds, and a rule keeps its limits.
// Random bytes seldom reach a return; so a function's end is put behind some of them.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <memory>

#include "callers/call_check.h"
#include "callers/code_rule.h"

using namespace benchmem::callers;

namespace {

CodeImage checked;

CodeImage code_at(uint64_t address) noexcept { return checked.holds(address) ? checked : CodeImage{}; }
uint64_t pointer_at(uint64_t address) noexcept { return address * 3; }

// Calls from everywhere to everywhere: any verdict will do.
void check_verdicts(const CodeImage& image, uint64_t return_address, const FrameRule& rule, CodeSearchRoom* room) {
  checked = image;
  const CallVerdict verdict =
      check_call({code_at, pointer_at}, image.address + image.size / 2, {return_address, rule}, room);
  if (verdict > CallVerdict::kAgrees) abort();
}

void check_rules(const CodeImage& image, uint64_t return_address) {
  static CodeSearchRoom room;
  CodeRules found;
  find_code_rules(image, return_address, &room, &found);
  if (found.count > CodeRules::kMost) abort();
  for (size_t i = 0; i != found.count; ++i) {
    const FrameRule& rule = found.rules[i];
    if (!rule.exists() || rule.cfa_words > FrameRule::kMaxCfaWords) abort();
    if (rule.saved_pointer_words > RulePacking<Machine::kX86_64>::kMaxSavedPointerWords ||
        rule.saved_pointer_words == 1)
      abort();
    for (size_t k = 0; k != i; ++k) {
      if (found.rules[k].packed() == rule.packed()) abort();
    }
  }
  if (found.count != 0) check_verdicts(image, return_address, found.rules[0], &room);
  follows_call(image, return_address);
}

// In a block of exactly the bytes, so that AddressSanitizer sees each step beyond it.
void check_in(const uint8_t* bytes, size_t size, uint64_t address) {
  const std::unique_ptr<uint8_t[]> exact(new uint8_t[size]);
  if (size != 0) memcpy(exact.get(), bytes, size);
  const CodeImage image{exact.get(), size, address};
  for (size_t offset = 0; offset <= size; offset += 1 + size / 64) check_rules(image, address + offset);
  for (uint64_t outside : {address - 1, address + size, address + size + 1, uint64_t{0}, ~uint64_t{0}}) {
    check_rules(image, outside);
  }
}

void check_with_ends(const uint8_t* bytes, size_t size) {
  static constexpr uint8_t kEnds[][4] = {
      {0x5d, 0xc3}, {0xc9, 0xc3}, {0x48, 0x83, 0xc4, 0x18}, {0x41, 0x5c, 0xff, 0xe0}};
  constexpr size_t kStride = 16;
  const std::unique_ptr<uint8_t[]> changed(new uint8_t[size]);
  if (size != 0) memcpy(changed.get(), bytes, size);
  for (size_t at = kStride; at + sizeof kEnds[0] <= size; at += kStride)
    memcpy(changed.get() + at, kEnds[bytes[at] % 4], sizeof kEnds[0]);
  check_in(changed.get(), size, 0x10000);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  check_in(bytes, size, ~uint64_t{0} - size);
  check_with_ends(bytes, size);
  return 0;
}
