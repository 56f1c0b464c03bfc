// Builds small .eh_frame_hdr + .eh_frame images for the tests of the frame rules. Holds no test.
#ifndef BENCHMEM_TEST_CALLERS_UNWIND_IMAGE_H_
#define BENCHMEM_TEST_CALLERS_UNWIND_IMAGE_H_

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "callers/frame_rule.h"

namespace callers_test {

using Bytes = std::vector<uint8_t>;

using benchmem::callers::kArm64;
using benchmem::callers::kX86_64;
using benchmem::callers::Machine;

// One CIE and one FDE for the function [kFunction, kFunction + kFunctionBytes).
struct UnwindImageBuilder {
  explicit UnwindImageBuilder(const Machine& machine = kX86_64) : return_register(machine.return_address) {
    if (machine.kind == Machine::kArm64) cie_instructions = {0x0c, 31, 0}; // def_cfa sp+0
  }

  static constexpr uint64_t kAddress = 0x10000, kFunction = 0x8000, kFunctionBytes = 0x400;

  std::string augmentation = "zR";
  Bytes augmentation_bytes = {0x1b}; // pc-relative, signed 4 bytes
  uint8_t version = 1;
  uint8_t return_register;
  Bytes cie_instructions = {0x0c, 7, 8, 0x80 | 16, 1}; // def_cfa rsp+8; return address at cfa-8
  Bytes fde_instructions;
  uint8_t table_encoding = 0x3b;

  Bytes build() const {
    Bytes cie;
    put(cie, uint32_t{0});
    cie.push_back(version);
    cie.insert(cie.end(), augmentation.begin(), augmentation.end());
    cie.push_back(0);
    cie.push_back(1);    // code alignment
    cie.push_back(0x78); // data alignment -8
    cie.push_back(return_register);
    if (augmentation[0] == 'z') {
      cie.push_back(static_cast<uint8_t>(augmentation_bytes.size()));
      cie.insert(cie.end(), augmentation_bytes.begin(), augmentation_bytes.end());
    }
    cie.insert(cie.end(), cie_instructions.begin(), cie_instructions.end());

    constexpr uint64_t kHeaderBytes = 12 + 8;
    const uint64_t fde_at = kHeaderBytes + 4 + cie.size();
    Bytes fde;
    put(fde, static_cast<uint32_t>(fde_at + 4 - kHeaderBytes));
    put(fde, static_cast<uint32_t>(kFunction - (kAddress + fde_at + 8)));
    put(fde, static_cast<uint32_t>(kFunctionBytes));
    fde.push_back(0); // no augmentation bytes
    fde.insert(fde.end(), fde_instructions.begin(), fde_instructions.end());

    Bytes image = {1, 0x1b, 0x03, table_encoding};
    put(image, static_cast<uint32_t>(kHeaderBytes - 4));
    put(image, uint32_t{1});
    put(image, static_cast<uint32_t>(kFunction - kAddress));
    put(image, static_cast<uint32_t>(fde_at));
    put(image, static_cast<uint32_t>(cie.size()));
    image.insert(image.end(), cie.begin(), cie.end());
    put(image, static_cast<uint32_t>(fde.size()));
    image.insert(image.end(), fde.begin(), fde.end());
    put(image, uint32_t{0});
    return image;
  }

 private:
  static void put(Bytes& bytes, uint32_t value) {
    const uint8_t* const raw = reinterpret_cast<const uint8_t*>(&value);
    bytes.insert(bytes.end(), raw, raw + sizeof value);
  }
};

// In a block of exactly the image's size, so that AddressSanitizer sees each step beyond it.
inline benchmem::callers::FrameRule rule_in(const Bytes& image, uint64_t pc, const Machine& machine = kX86_64) {
  const std::unique_ptr<uint8_t[]> exact(new uint8_t[image.size()]);
  if (!image.empty()) memcpy(exact.get(), image.data(), image.size());
  return benchmem::callers::find_frame_rule(
      {exact.get(), image.size(), UnwindImageBuilder::kAddress, UnwindImageBuilder::kAddress}, pc, machine);
}

// "sp+16", "fp+16 saved 2", "sp+48 ra 5 saved 6", "none": short enough to compare by eye.
inline std::string text_of(const benchmem::callers::FrameRule& rule) {
  if (!rule.exists()) return "none";
  std::string text = (rule.from_frame_pointer ? "fp+" : "sp+") + std::to_string(rule.cfa_words * 8);
  if (rule.return_words != 1) text += " ra " + std::to_string(rule.return_words);
  if (rule.saved_pointer_words != 0) text += " saved " + std::to_string(rule.saved_pointer_words);
  return text;
}

} // namespace callers_test

#endif // BENCHMEM_TEST_CALLERS_UNWIND_IMAGE_H_
