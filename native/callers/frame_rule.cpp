// The unwind table's reader: the header's search table, then the CIE and FDE that hold for one address.
// Source: LSB Core, "Exception Frames".

#include "callers/frame_row.h"

#include <cstring>
#include "callers/unwind_reader.h"

namespace benchmem::callers {

namespace {

struct Cie {
  InstructionFactors factors;
  bool has_augmentation_bytes = false;
  bool is_signal_frame = false;
  uint64_t instructions = 0; // image offsets
  uint64_t end = 0;
};

// The body of the CIE or FDE at `offset`, after its length. Its end is 0 where it is malformed.
struct Entry {
  uint64_t body = 0;
  uint64_t end = 0;
};

Entry read_entry(const UnwindImage& image, uint64_t offset) noexcept {
  Reader reader(image, offset, image.size);
  const uint32_t length = reader.fixed<uint32_t>();
  constexpr uint32_t kSixtyFourBit = 0xffffffff;
  if (reader.failed() || length == 0 || length == kSixtyFourBit) return {};
  if (image.size - reader.offset() < length) return {};
  return {reader.offset(), reader.offset() + length};
}

bool read_augmentation(Reader& reader, const char* letters, const Machine& machine, Cie* out) noexcept {
  if (letters[0] == 0) return true;
  if (letters[0] != 'z') return false;
  out->has_augmentation_bytes = true;
  const uint64_t bytes = reader.uleb();
  const uint64_t start = reader.offset();
  for (const char* letter = letters + 1; *letter != 0; ++letter) {
    switch (*letter) {
      case 'R': out->factors.pointer_encoding = reader.fixed<uint8_t>(); break;
      case 'L': reader.skip(1); break;
      case 'P': reader.encoded_value(reader.fixed<uint8_t>() & 0x0f); break;
      case 'S': out->is_signal_frame = true; break;
      case 'B': // signed with the other key: signatures are taken off, and none is verified
        if (!machine.signs_return_addresses) return false;
        break;
      default: return false;
    }
  }
  if (reader.failed() || reader.offset() - start > bytes) return false;
  reader.skip(bytes - (reader.offset() - start));
  return true;
}

bool read_cie(const UnwindImage& image, uint64_t offset, const Machine& machine, Cie* out) noexcept {
  const Entry entry = read_entry(image, offset);
  Reader reader(image, entry.body, entry.end);
  if (entry.end == 0 || reader.fixed<uint32_t>() != 0) return false;
  const uint8_t version = reader.fixed<uint8_t>();
  if (version != 1 && version != 3) return false;
  const char* letters = reader.text();
  out->factors.code_alignment = reader.uleb();
  out->factors.data_alignment = reader.sleb();
  const uint64_t return_register = version == 1 ? reader.fixed<uint8_t>() : reader.uleb();
  if (reader.failed() || return_register != machine.return_address) return false;
  if (!read_augmentation(reader, letters, machine, out) || reader.failed()) return false;
  out->instructions = reader.offset();
  out->end = entry.end;
  return true;
}

// Image offset of the FDE whose table entry precedes `pc`. False if the header has not the one form that
// linkers write.
bool find_fde(const UnwindImage& image, uint64_t pc, uint64_t* out) noexcept {
  const uint64_t header = image.header_address - image.address;
  Reader reader(image, header, image.size);
  const uint8_t version = reader.fixed<uint8_t>();
  const uint8_t frame_encoding = reader.fixed<uint8_t>();
  const uint8_t count_encoding = reader.fixed<uint8_t>();
  const uint8_t table_encoding = reader.fixed<uint8_t>();
  if (reader.failed() || version != 1 || frame_encoding == kOmitted || count_encoding == kOmitted) return false;
  if (table_encoding != (kDataRelative | kSdata4)) return false;
  reader.encoded(frame_encoding);
  const uint64_t count = reader.encoded(count_encoding);
  const uint64_t table = reader.offset();
  constexpr uint64_t kEntryBytes = 8;
  if (reader.failed() || count == 0 || count > (image.size - table) / kEntryBytes) return false;

  const auto field = [&](uint64_t index, uint64_t which) noexcept {
    int32_t value;
    memcpy(&value, image.bytes + table + index * kEntryBytes + which * sizeof value, sizeof value);
    return image.header_address + static_cast<uint64_t>(int64_t{value});
  };
  uint64_t low = 0, high = count; // the first entry that starts after pc
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    if (field(middle, 0) <= pc)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0) return false;
  *out = field(low - 1, 1) - image.address;
  return true;
}

} // namespace

bool find_frame_row(const UnwindImage& image, uint64_t pc, FrameRow* out, const Machine& machine) noexcept {
  uint64_t offset = 0;
  if (!find_fde(image, pc, &offset)) return false;
  const Entry entry = read_entry(image, offset);
  Reader reader(image, entry.body, entry.end);
  if (entry.end == 0) return false;
  const uint32_t to_cie = reader.fixed<uint32_t>();
  Cie cie;
  if (reader.failed() || to_cie == 0 || to_cie > entry.body) return false;
  if (!read_cie(image, entry.body - to_cie, machine, &cie)) return false;

  const uint64_t start = reader.encoded(cie.factors.pointer_encoding);
  const uint64_t length = reader.encoded_value(cie.factors.pointer_encoding & 0x0f);
  if (reader.failed() || (cie.factors.pointer_encoding & kIndirect) != 0 || pc - start >= length) return false;
  if (cie.has_augmentation_bytes) reader.skip(reader.uleb());

  FrameInterpreter interpreter(machine, cie.factors, start, pc);
  Reader common(image, cie.instructions, cie.end);
  if (!interpreter.run(common)) return false;
  interpreter.keep_initial_row();
  if (!interpreter.run(reader)) return false;
  out->row = interpreter.row();
  out->is_signal_frame = cie.is_signal_frame;
  return true;
}

namespace {

constexpr int64_t kWord = 8;

// The words from a place below the CFA to it, or 0 where a rule cannot say them.
uint16_t words_below_cfa(const Saved& saved) noexcept {
  if (saved.place != Saved::kAtCfa || saved.offset % kWord != 0) return 0;
  if (saved.offset >= 0 || saved.offset < -FrameRule::kMaxCfaWords * kWord) return 0;
  return static_cast<uint16_t>(-saved.offset / kWord);
}

bool fits(const FrameRule& rule, const Machine& machine) noexcept {
  return machine.kind == Machine::kX86_64 ? RulePacking<Machine::kX86_64>::fits(rule)
                                          : RulePacking<Machine::kArm64>::fits(rule);
}

} // namespace

FrameRule rule_of(const FrameRow& frame, const Machine& machine) noexcept {
  const Row& row = frame.row;
  FrameRule rule;
  if (frame.is_signal_frame || row.cfa_expression != 0) return {};
  rule.from_frame_pointer = row.cfa_register == machine.frame_pointer;
  if (!rule.from_frame_pointer && row.cfa_register != machine.stack_pointer) return {};
  if (row.cfa_offset % kWord != 0 || row.cfa_offset < kWord) return {};
  if (row.cfa_offset > FrameRule::kMaxCfaWords * kWord) return {};
  rule.return_words = words_below_cfa(row.return_address());
  if (row.frame_pointer().place != Saved::kSame) {
    rule.saved_pointer_words = words_below_cfa(row.frame_pointer());
    if (rule.saved_pointer_words == 0) return {};
  }
  rule.cfa_words = static_cast<uint16_t>(row.cfa_offset / kWord);
  return rule.return_words != 0 && fits(rule, machine) ? rule : FrameRule{};
}

FrameRule find_frame_rule(const UnwindImage& image, uint64_t pc, const Machine& machine) noexcept {
  FrameRow frame;
  return find_frame_row(image, pc, &frame, machine) ? rule_of(frame, machine) : FrameRule{};
}

} // namespace benchmem::callers
