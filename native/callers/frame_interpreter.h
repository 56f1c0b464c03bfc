// The interpreter of call frame instructions: tracks the CFA and the registers that a callee keeps. Expressions are
// remembered, not evaluated.
// Source: DWARF 4, section 6.4.
#ifndef BENCHMEM_CALLERS_FRAME_INTERPRETER_H_
#define BENCHMEM_CALLERS_FRAME_INTERPRETER_H_

#include <cstdint>

#include "callers/machine.h"
#include "callers/unwind_reader.h"

namespace benchmem::callers {

// Where a register of the caller is kept.
struct Saved {
  enum Place : uint8_t {
    kSame,         // nowhere: it is what it was
    kAtCfa,        // in the word at CFA + offset
    kAtExpression, // in the word whose address an expression says; offset: of the expression's length in the image
    kIsExpression, // it is what an expression says
    kUndefined,    // there is none
    kLost,         // somewhere that this reader does not follow
  } place = kSame;
  int64_t offset = 0;
};

// What holds for one address: the CFA is a register plus a constant, unless an expression says it.
struct Row {
  uint64_t cfa_register = ~uint64_t{0};
  int64_t cfa_offset = 0;
  uint64_t cfa_expression = 0; // image offset of its length; 0: none
  Saved saved[kMostTracked];   // by the machine's tracked_index()

  const Saved& frame_pointer() const noexcept { return saved[kFramePointerIndex]; }
  const Saved& return_address() const noexcept { return saved[kReturnAddressIndex]; }
};

// How a CIE says that its instructions are to be read.
struct InstructionFactors {
  uint64_t code_alignment = 0;
  int64_t data_alignment = 0;
  uint8_t pointer_encoding = kAbsolute;
};

// Executes call frame instructions until the row that holds for `pc` is complete.
class FrameInterpreter {
 public:
  FrameInterpreter(const Machine& machine, const InstructionFactors& factors, uint64_t start, uint64_t pc) noexcept
      : machine_(machine), factors_(factors), location_(start), pc_(pc) {}

  const Row& row() const noexcept { return row_; }
  void keep_initial_row() noexcept { initial_ = row_; }

  bool run(Reader& reader) noexcept {
    while (!reader.done() && location_ <= pc_) {
      if (!step(reader, reader.fixed<uint8_t>())) return false;
    }
    return !reader.failed();
  }

 private:
  static constexpr unsigned kMaxRemembered = 8;

  bool step(Reader& reader, uint8_t code) noexcept {
    const uint8_t operand = code & 0x3f;
    switch (code >> 6) {
      case 1: return advance(reader, operand);             // advance_loc
      case 2: return save(operand, scaled(reader.uleb())); // offset
      case 3: return restore(operand);                     // restore
      default: return step_extended(reader, code);
    }
  }

  bool step_extended(Reader& reader, uint8_t code) noexcept {
    switch (code) {
      case 0x00: return true;                                                    // nop
      case 0x01: return set_location(reader);                                    // set_loc
      case 0x02: return advance(reader, reader.fixed<uint8_t>());                // advance_loc1
      case 0x03: return advance(reader, reader.fixed<uint16_t>());               // advance_loc2
      case 0x04: return advance(reader, reader.fixed<uint32_t>());               // advance_loc4
      case 0x05: return save_pair(reader);                                       // offset_extended
      case 0x06: return restore(reader.uleb());                                  // restore_extended
      case 0x07: return place(reader.uleb(), {Saved::kUndefined, 0});            // undefined
      case 0x08: return keep(reader.uleb());                                     // same_value
      case 0x09: return move(reader);                                            // register
      case 0x0a: return remember_row();                                          // remember_state
      case 0x0b: return restore_row();                                           // restore_state
      case 0x0c: set_cfa_register(reader.uleb()); return set_cfa(reader.uleb()); // def_cfa
      case 0x0d: set_cfa_register(reader.uleb()); return true;                   // def_cfa_register
      case 0x0e: return set_cfa(reader.uleb());                                  // def_cfa_offset
      case 0x0f: return set_cfa_expression(reader);                              // def_cfa_expression
      case 0x10: return save_expression(reader, Saved::kAtExpression);           // expression
      case 0x16: return save_expression(reader, Saved::kIsExpression);           // val_expression
      case 0x2c:
      case 0x2d: return machine_.signs_return_addresses; // AARCH64_negate_ra_state(_with_pc)
      case 0x2e: reader.uleb(); return true;             // GNU_args_size
      default: return false;                             // signed factors, vendors' own: no rule
    }
  }

  // May wrap: a nonsensical offset fails the final range check.
  int64_t scaled(uint64_t factor) const noexcept {
    return static_cast<int64_t>(factor * static_cast<uint64_t>(factors_.data_alignment));
  }
  bool advance(Reader& reader, uint64_t delta) noexcept {
    const uint64_t next = location_ + delta * factors_.code_alignment;
    if (next < location_) reader.fail();
    location_ = next;
    return true;
  }
  bool set_location(Reader& reader) noexcept {
    location_ = reader.encoded(factors_.pointer_encoding);
    return true;
  }
  bool set_cfa(uint64_t offset) noexcept {
    row_.cfa_offset = static_cast<int64_t>(offset);
    return true;
  }
  void set_cfa_register(uint64_t number) noexcept {
    row_.cfa_register = number;
    row_.cfa_expression = 0;
  }
  bool set_cfa_expression(Reader& reader) noexcept {
    row_.cfa_expression = reader.offset();
    reader.skip(reader.uleb());
    return true;
  }
  bool save_expression(Reader& reader, Saved::Place kind) noexcept {
    const uint64_t number = reader.uleb();
    const Saved saved{kind, static_cast<int64_t>(reader.offset())};
    reader.skip(reader.uleb());
    return place(number, saved);
  }
  bool save_pair(Reader& reader) noexcept {
    const uint64_t number = reader.uleb();
    return save(number, scaled(reader.uleb()));
  }
  bool save(uint64_t number, int64_t offset) noexcept { return place(number, {Saved::kAtCfa, offset}); }
  bool keep(uint64_t number) noexcept { return place(number, {}); }
  bool lose(uint64_t number) noexcept { return place(number, {Saved::kLost, 0}); }
  bool place(uint64_t number, const Saved& saved) noexcept {
    const size_t index = machine_.tracked_index(number);
    if (index != Machine::kUntracked) row_.saved[index] = saved;
    return true;
  }
  bool restore(uint64_t number) noexcept {
    const size_t index = machine_.tracked_index(number);
    if (index != Machine::kUntracked) row_.saved[index] = initial_.saved[index];
    return true;
  }
  bool move(Reader& reader) noexcept {
    const uint64_t number = reader.uleb();
    reader.uleb();
    return lose(number);
  }
  bool remember_row() noexcept {
    if (remembered_ == kMaxRemembered) return false;
    stack_[remembered_++] = row_;
    return true;
  }
  bool restore_row() noexcept {
    if (remembered_ == 0) return false;
    row_ = stack_[--remembered_];
    return true;
  }

  const Machine& machine_;
  const InstructionFactors& factors_;
  uint64_t location_;
  uint64_t pc_;
  Row row_;
  Row initial_;
  Row stack_[kMaxRemembered];
  unsigned remembered_ = 0;
};

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_FRAME_INTERPRETER_H_
