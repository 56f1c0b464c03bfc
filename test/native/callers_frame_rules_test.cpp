// Frame rules from unwind tables: hand-made ones, broken ones, and those of the real libraries against
// readelf.
#include <doctest/doctest.h>

#include "callers/row_step.h"
#include "callers_unwind_image.h"

using benchmem::callers::FrameRule;
using benchmem::callers::RulePacking;
using callers_test::Bytes;
using callers_test::kArm64;
using callers_test::kX86_64;
using callers_test::Machine;
using callers_test::rule_in;
using callers_test::text_of;
using callers_test::UnwindImageBuilder;

namespace {

constexpr uint64_t kFunction = UnwindImageBuilder::kFunction;

std::string rule_at(const Bytes& fde_instructions, uint64_t offset, const Machine& machine = kX86_64) {
  UnwindImageBuilder builder(machine);
  builder.fde_instructions = fde_instructions;
  return text_of(rule_in(builder.build(), kFunction + offset, machine));
}

std::string arm64_rule_at(const Bytes& fde_instructions, uint64_t offset) {
  return rule_at(fde_instructions, offset, kArm64);
}

template <Machine::Kind kKind>
void check_packing(const FrameRule& rule) {
  REQUIRE(RulePacking<kKind>::fits(rule));
  const uint32_t packed = RulePacking<kKind>::pack(rule);
  CHECK(packed < (1u << benchmem::callers::kFrameRuleBits));
  CHECK(packed != 0);
  CHECK(text_of(RulePacking<kKind>::unpack(packed)) == text_of(rule));
}

} // namespace

TEST_CASE("call frame instructions hold from their location on") {
  // push rbp; mov rbp, rsp; ...; leave
  const Bytes prologue = {0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x02, 0x80, 0x0c, 7, 8};
  CHECK(rule_at(prologue, 0) == "sp+8");
  CHECK(rule_at(prologue, 1) == "sp+16 saved 2");
  CHECK(rule_at(prologue, 3) == "sp+16 saved 2");
  CHECK(rule_at(prologue, 4) == "fp+16 saved 2");
  CHECK(rule_at(prologue, 0x83) == "fp+16 saved 2");
  CHECK(rule_at(prologue, 0x84) == "sp+8 saved 2");
  CHECK(rule_at(prologue, UnwindImageBuilder::kFunctionBytes - 1) == "sp+8 saved 2");
}

TEST_CASE("every kind of advance and of saving is understood") {
  CHECK(rule_at({0x03, 0x00, 0x01, 0x0e, 24}, 0xff) == "sp+8");
  CHECK(rule_at({0x03, 0x00, 0x01, 0x0e, 24}, 0x100) == "sp+24");
  CHECK(rule_at({0x04, 0x00, 0x02, 0x00, 0x00, 0x0e, 24}, 0x200) == "sp+24");
  CHECK(rule_at({0x0a, 0x0e, 32, 0x86, 3, 0x41, 0x0b}, 0) == "sp+32 saved 3");
  CHECK(rule_at({0x0a, 0x0e, 32, 0x86, 3, 0x41, 0x0b}, 1) == "sp+8");
  CHECK(rule_at({0x86, 2, 0x41, 0xc6}, 1) == "sp+8");                // restore
  CHECK(rule_at({0x86, 2, 0x41, 0x06, 6}, 1) == "sp+8");             // restore_extended
  CHECK(rule_at({0x86, 2, 0x41, 0x08, 6}, 1) == "sp+8");             // same_value
  CHECK(rule_at({0x05, 6, 2}, 0) == "sp+8 saved 2");                 // offset_extended
  CHECK(rule_at({0x83, 2, 0x09, 12, 13, 0x2e, 16, 0}, 0) == "sp+8"); // of other registers; GNU_args_size; nop
  CHECK(rule_at({0x10, 3, 2, 0x70, 0}, 0) == "sp+8");                // an expression for rbx
  CHECK(rule_at({0x0e, 0xf8, 0xff, 0x01}, 0) == "sp+32760");
}

TEST_CASE("frames that no constant describes have no rule") {
  CHECK(rule_at({0x0f, 2, 0x77, 0x08}, 0) == "none"); // CFA by expression
  CHECK(rule_at({0x0c, 10, 0}, 0) == "none");         // CFA from another register
  CHECK(rule_at({0x07, 16}, 0) == "none");            // no return address: a thread's first frame
  CHECK(rule_at({0x90, 2}, 0) == "none");             // return address elsewhere
  CHECK(rule_at({0x07, 6}, 0) == "none");             // frame pointer lost
  CHECK(rule_at({0x10, 6, 2, 0x70, 0}, 0) == "none"); // frame pointer by expression
  CHECK(rule_at({0x0e, 12}, 0) == "none");            // not whole words
  CHECK(rule_at({0x0e, 0}, 0) == "none");
  CHECK(rule_at({0x0e, 0x80, 0x80, 0x02}, 0) == "none"); // 32768 bytes
  CHECK(rule_at({0x05, 6, 0x80, 0x01}, 0) == "none");    // saved 128 words away
  CHECK(rule_at({0x0b}, 0) == "none");                   // restore without remember
  CHECK(rule_at({0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a}, 0) == "none");
  CHECK(rule_at({0x3f}, 0) == "none"); // unknown
  CHECK(rule_at({0x0e}, 0) == "none"); // operand missing
}

TEST_CASE("arm64: signed addresses, and records at either end of a frame") {
  // stp x29, x30, [sp, -48]!; mov x29, sp. Before it, the address is in its register: no call returns there.
  const Bytes at_bottom = {0x44, 0x0e, 48, 0x9d, 6, 0x9e, 5};
  CHECK(arm64_rule_at(at_bottom, 0) == "none");
  CHECK(arm64_rule_at(at_bottom, 4) == "sp+48 ra 5 saved 6");
  // paciasp, and a frame pointer that the record is at
  const Bytes at_top = {0x44, 0x2d, 0x44, 0x0e, 48, 0x9e, 1, 0x9d, 2, 0x44, 0x0c, 29, 16};
  CHECK(arm64_rule_at(at_top, 4) == "none");
  CHECK(arm64_rule_at(at_top, 8) == "sp+48 saved 2");
  CHECK(arm64_rule_at(at_top, 12) == "fp+16 saved 2");
  CHECK(arm64_rule_at({0x2c, 0x0e, 16, 0x9e, 2}, 0) == "sp+16 ra 2"); // str x30 alone
  // 4,096 bytes, and the record at the bottom, in the middle, apart
  CHECK(arm64_rule_at({0x0e, 0x80, 0x20, 0x9d, 0x80, 4, 0x9e, 0xff, 3}, 0) == "sp+4096 ra 511 saved 512");
  CHECK(arm64_rule_at({0x0e, 0x80, 0x20, 0x9d, 0x80, 2, 0x9e, 0xff, 1}, 0) == "none");
  CHECK(arm64_rule_at({0x0e, 48, 0x9d, 3, 0x9e, 5}, 0) == "none");
  CHECK(arm64_rule_at({0x0e, 48, 0x9d, 6, 0x9e, 7}, 0) == "none");     // above the CFA's frame
  CHECK(arm64_rule_at({0x0e, 40, 0x9d, 5, 0x9e, 4}, 0) == "none");     // not a multiple of 16
  CHECK(arm64_rule_at({0x0c, 29, 32, 0x9d, 2, 0x9e, 1}, 0) == "none"); // the pointer is not at its record
  CHECK(arm64_rule_at({0x0e, 48, 0x9d, 6, 0x9e, 5, 0x93, 4, 0xd3}, 0) == "sp+48 ra 5 saved 6"); // x19, and restored
  CHECK(arm64_rule_at({0x07, 30}, 0) == "none");                    // a thread's first frame
  CHECK(arm64_rule_at({0x0e, 48, 0x07, 29, 0x9e, 5}, 0) == "none"); // frame pointer lost
}

TEST_CASE("what only one machine's tables have is refused in the other's") {
  CHECK(rule_at({0x2d}, 0) == "none");
  CHECK(rule_at({0x90, 2}, 0) == "none");
  for (const Machine* machine : {&kX86_64, &kArm64}) {
    UnwindImageBuilder signed_otherwise(*machine);
    signed_otherwise.augmentation = "zRB";
    signed_otherwise.fde_instructions = {0x0e, 16, static_cast<uint8_t>(0x80 | machine->return_address),
                                         static_cast<uint8_t>(machine->pushes_return_address ? 1 : 2)};
    CHECK(rule_in(signed_otherwise.build(), kFunction, *machine).exists() == machine->signs_return_addresses);
    UnwindImageBuilder tagged(*machine);
    tagged.augmentation = "zRG"; // frames with memory tags
    tagged.fde_instructions = signed_otherwise.fde_instructions;
    CHECK_FALSE(rule_in(tagged.build(), kFunction, *machine).exists());
  }
}

TEST_CASE("each machine's rules come back from the bits that they are packed into") {
  for (bool from_frame_pointer : {false, true}) {
    for (uint16_t saved : {0, 1, 126, 127}) {
      for (uint16_t words : {1, 2, 4094, 4095}) {
        check_packing<Machine::kX86_64>({from_frame_pointer, words, saved, 1});
      }
    }
  }
  CHECK_FALSE(RulePacking<Machine::kX86_64>::fits({false, 2, 128, 1}));
  CHECK_FALSE(RulePacking<Machine::kX86_64>::fits({false, 2, 0, 2}));
  size_t fitting = 0;
  for (uint16_t words = 2; words <= FrameRule::kMaxCfaWords; words += words < 200 ? 1 : 97) {
    for (uint16_t back = 1; back <= words; ++back) {
      for (const FrameRule& each :
           {FrameRule{false, words, 0, back}, FrameRule{false, words, static_cast<uint16_t>(back + 1), back},
            FrameRule{true, words, words, static_cast<uint16_t>(words - 1)}}) {
        if (!RulePacking<Machine::kArm64>::fits(each)) continue;
        ++fitting;
        check_packing<Machine::kArm64>(each);
      }
    }
  }
  CHECK(fitting > 10000);
  CHECK(RulePacking<Machine::kArm64>::pack({}) == 0);
  CHECK_FALSE(RulePacking<Machine::kArm64>::unpack(0).exists());
}

TEST_CASE("arm64: a whole row restores what a callee keeps, and needs the stack pointer only where it says so") {
  using namespace benchmem::callers;
  // x19, x20 below a record at x29; the CFA from x29, then from sp.
  for (const bool from_pointer : {true, false}) {
    UnwindImageBuilder builder(kArm64);
    builder.fde_instructions = {0x0e, 48, 0x9d, 6, 0x9e, 5, 0x93, 4, 0x94, 3};
    if (from_pointer) builder.fde_instructions.insert(builder.fde_instructions.end(), {0x0d, 29});
    const Bytes bytes = builder.build();
    const UnwindImage image{bytes.data(), bytes.size(), UnwindImageBuilder::kAddress, UnwindImageBuilder::kAddress};
    FrameRow frame;
    REQUIRE(find_frame_row(image, kFunction, &frame, kArm64));
    uintptr_t words[8] = {11, 22, 33, 44, 55, 66, 77, 88};
    const auto begin = reinterpret_cast<uintptr_t>(words);
    Registers registers(kArm64);
    registers.stack = begin;
    registers.frame_pointer() = {begin, true};
    registers.tracked[kArm64.tracked_index(21)] = {99, true};
    const Registers before = registers;
    REQUIRE(step_by_row(image, frame, {begin, begin + sizeof words}, &registers));
    CHECK(registers.stack == begin + 48);
    CHECK(registers.frame_pointer().value == 11);
    CHECK(registers.return_address().value == 22);
    CHECK(registers.tracked[kArm64.tracked_index(19)].value == 33);
    CHECK(registers.tracked[kArm64.tracked_index(20)].value == 44);
    CHECK(registers.tracked[kArm64.tracked_index(21)].value == 99);
    CHECK_FALSE(registers.tracked[kArm64.tracked_index(22)].known);
    registers = before;
    registers.knows_stack = false;
    CHECK(step_by_row(image, frame, {begin, begin + sizeof words}, &registers) == from_pointer);
  }
}

TEST_CASE("an address without an entry has no rule") {
  const Bytes image = UnwindImageBuilder().build();
  CHECK(text_of(rule_in(image, kFunction)) == "sp+8");
  CHECK_FALSE(rule_in(image, kFunction - 1).exists());
  CHECK_FALSE(rule_in(image, kFunction + UnwindImageBuilder::kFunctionBytes).exists());
  CHECK_FALSE(rule_in(image, 0).exists());
  CHECK_FALSE(rule_in(image, ~uint64_t{0}).exists());
}

TEST_CASE("augmentations that are not plain are refused or skipped") {
  UnwindImageBuilder signal_frame;
  signal_frame.augmentation = "zRS";
  CHECK_FALSE(rule_in(signal_frame.build(), kFunction).exists());
  UnwindImageBuilder personality;
  personality.augmentation = "zPLR";
  personality.augmentation_bytes = {0x9b, 1, 2, 3, 4, 0x1b, 0x1b};
  CHECK(rule_in(personality.build(), kFunction).exists());
  UnwindImageBuilder unknown;
  unknown.augmentation = "zQR";
  CHECK_FALSE(rule_in(unknown.build(), kFunction).exists());
  UnwindImageBuilder indirect;
  indirect.augmentation_bytes = {0x9b};
  CHECK_FALSE(rule_in(indirect.build(), kFunction).exists());
  UnwindImageBuilder version;
  version.version = 9;
  CHECK_FALSE(rule_in(version.build(), kFunction).exists());
  UnwindImageBuilder other_machine;
  other_machine.return_register = 30;
  CHECK_FALSE(rule_in(other_machine.build(), kFunction).exists());
  UnwindImageBuilder table;
  table.table_encoding = 0xff;
  CHECK_FALSE(rule_in(table.build(), kFunction).exists());
}

namespace {

// Cuts a good table everywhere, and changes each of its bytes to everything. How many changes changed the rule.
template <Machine::Kind kKind>
size_t spoil(const Machine& machine, const Bytes& fde_instructions) {
  UnwindImageBuilder builder(machine);
  builder.fde_instructions = fde_instructions;
  const Bytes image = builder.build();
  REQUIRE(text_of(rule_in(image, kFunction + 8, machine)) == "fp+16 saved 2");
  for (size_t size = 0; size != image.size(); ++size) {
    rule_in({image.begin(), image.begin() + static_cast<ptrdiff_t>(size)}, kFunction + 8, machine);
  }
  size_t changed = 0;
  for (size_t position = 0; position != image.size(); ++position) {
    for (int value = 0; value != 256; ++value) {
      Bytes broken = image;
      broken[position] = static_cast<uint8_t>(value);
      const FrameRule rule = rule_in(broken, kFunction + 8, machine);
      REQUIRE(rule.cfa_words <= FrameRule::kMaxCfaWords);
      if (rule.exists()) REQUIRE(RulePacking<kKind>::fits(rule));
      changed += text_of(rule) != "fp+16 saved 2";
    }
  }
  return changed;
}

} // namespace

TEST_CASE("truncated and corrupted unwind tables are read without leaving their bytes") {
  // The corruption reached what is read.
  CHECK(spoil<Machine::kX86_64>(kX86_64, {0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6}) > 1000);
  CHECK(spoil<Machine::kArm64>(kArm64, {0x41, 0x0e, 16, 0x9d, 2, 0x9e, 1, 0x43, 0x0d, 29}) > 1000);
}
