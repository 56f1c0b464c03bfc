// Frame rules from unwind tables: hand-made ones, broken ones, and those of the real libraries against
// readelf.
#include <doctest/doctest.h>

#include "callers_unwind_image.h"

using benchmem::callers::FrameRule;
using callers_test::Bytes;
using callers_test::rule_in;
using callers_test::text_of;
using callers_test::UnwindImageBuilder;

namespace {

constexpr uint64_t kFunction = UnwindImageBuilder::kFunction;

std::string rule_at(const Bytes& fde_instructions, uint64_t offset) {
  UnwindImageBuilder builder;
  builder.fde_instructions = fde_instructions;
  return text_of(rule_in(builder.build(), kFunction + offset));
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

TEST_CASE("truncated and corrupted unwind tables are read without leaving their bytes") {
  UnwindImageBuilder builder;
  builder.fde_instructions = {0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6};
  const Bytes image = builder.build();
  for (size_t size = 0; size != image.size(); ++size) {
    rule_in({image.begin(), image.begin() + static_cast<ptrdiff_t>(size)}, kFunction + 8);
  }
  size_t changed = 0;
  for (size_t position = 0; position != image.size(); ++position) {
    for (int value = 0; value != 256; ++value) {
      Bytes broken = image;
      broken[position] = static_cast<uint8_t>(value);
      const FrameRule rule = rule_in(broken, kFunction + 8);
      REQUIRE(rule.cfa_words <= FrameRule::kMaxCfaWords);
      REQUIRE(rule.saved_pointer_words <= FrameRule::kMaxSavedPointerWords);
      changed += text_of(rule) != "fp+16 saved 2";
    }
  }
  CHECK(changed > 1000); // the corruption reached what is read
}
