#include "callers/frame_expression.h"

#include "callers/unwind_reader.h"

namespace benchmem::callers {

namespace {

class Evaluator {
 public:
  Evaluator(const ExpressionWorld& world, Reader* reader, uint64_t begin, uint64_t end) noexcept
      : world_(world), reader_(*reader), begin_(begin), end_(end) {}

  bool run(const uintptr_t* initial, uintptr_t* out) noexcept {
    if (initial != nullptr) push(*initial);
    constexpr int kMaxSteps = 256; // a branch may lead back
    for (int step = 0; reader_.offset() != end_; ++step) {
      if (step == kMaxSteps || reader_.failed() || failed_) return false;
      execute(reader_.fixed<uint8_t>());
    }
    *out = pop();
    return !failed_ && !reader_.failed();
  }

 private:
  static constexpr unsigned kRoom = 32;

  void push(uintptr_t value) noexcept {
    if (count_ == kRoom)
      failed_ = true;
    else
      values_[count_++] = value;
  }
  uintptr_t pop() noexcept {
    if (count_ == 0) {
      failed_ = true;
      return 0;
    }
    return values_[--count_];
  }
  void pick(unsigned below_top) noexcept {
    if (below_top >= count_)
      failed_ = true;
    else
      push(values_[count_ - 1 - below_top]);
  }
  void push_register(uint64_t number, int64_t offset) noexcept {
    uintptr_t value = 0;
    if (!world_.registers.get(number, &value)) failed_ = true;
    push(value + static_cast<uintptr_t>(offset));
  }
  void dereference() noexcept {
    uintptr_t value = 0;
    if (!world_.stack.read(pop(), &value)) failed_ = true;
    push(value);
  }
  void branch(bool taken) noexcept {
    const int16_t distance = reader_.fixed<int16_t>();
    if (!taken) return;
    const uint64_t target = reader_.offset() + static_cast<uint64_t>(int64_t{distance});
    if (target < begin_)
      failed_ = true;
    else
      reader_.move_to(target);
  }

  void execute(uint8_t code) noexcept {
    if (code >= 0x30 && code <= 0x4f) return push(code - 0x30u);                          // lit0 ..
    if (code >= 0x70 && code <= 0x8f) return push_register(code - 0x70u, reader_.sleb()); // breg0 ..
    if (!execute_constant(code) && !execute_stack(code) && !execute_binary(code)) failed_ = true;
  }

  bool execute_constant(uint8_t code) noexcept {
    switch (code) {
      case 0x08: push(reader_.fixed<uint8_t>()); return true;
      case 0x09: push(static_cast<uintptr_t>(int64_t{reader_.fixed<int8_t>()})); return true;
      case 0x0a: push(reader_.fixed<uint16_t>()); return true;
      case 0x0b: push(static_cast<uintptr_t>(int64_t{reader_.fixed<int16_t>()})); return true;
      case 0x0c: push(reader_.fixed<uint32_t>()); return true;
      case 0x0d: push(static_cast<uintptr_t>(int64_t{reader_.fixed<int32_t>()})); return true;
      case 0x0e:
      case 0x0f: push(reader_.fixed<uint64_t>()); return true;
      case 0x10: push(reader_.uleb()); return true;
      case 0x11: push(static_cast<uintptr_t>(reader_.sleb())); return true;
      default: return false;
    }
  }

  bool execute_stack(uint8_t code) noexcept {
    switch (code) {
      case 0x06: dereference(); return true;
      case 0x12: pick(0); return true; // dup
      case 0x13: pop(); return true;   // drop
      case 0x14: pick(1); return true; // over
      case 0x15: pick(reader_.fixed<uint8_t>()); return true;
      case 0x16: { // swap
        const uintptr_t top = pop(), below = pop();
        push(top);
        push(below);
        return true;
      }
      case 0x1f: push(0 - pop()); return true; // neg
      case 0x20: push(~pop()); return true;    // not
      case 0x23: push(pop() + reader_.uleb()); return true;
      case 0x28: branch(pop() != 0); return true;
      case 0x2f: branch(true); return true; // skip
      case 0x96: return true;               // nop
      default: return false;
    }
  }

  bool execute_binary(uint8_t code) noexcept {
    if (code < 0x1a || code > 0x2e) return false;
    const uintptr_t right = pop(), left = pop();
    const int64_t signed_left = static_cast<int64_t>(left), signed_right = static_cast<int64_t>(right);
    switch (code) {
      case 0x1a: push(left & right); return true;
      case 0x1c: push(left - right); return true;
      case 0x1e: push(left * right); return true;
      case 0x21: push(left | right); return true;
      case 0x22: push(left + right); return true;
      case 0x24: push(right < 64 ? left << right : 0); return true;
      case 0x25: push(right < 64 ? left >> right : 0); return true;
      case 0x26: push(static_cast<uintptr_t>(signed_left >> (right < 64 ? right : 63))); return true;
      case 0x27: push(left ^ right); return true;
      case 0x29: push(left == right); return true;
      case 0x2a: push(signed_left >= signed_right); return true;
      case 0x2b: push(signed_left > signed_right); return true;
      case 0x2c: push(signed_left <= signed_right); return true;
      case 0x2d: push(signed_left < signed_right); return true;
      case 0x2e: push(left != right); return true;
      default: return false; // divisions
    }
  }

  const ExpressionWorld& world_;
  Reader& reader_;
  uint64_t begin_;
  uint64_t end_;
  uintptr_t values_[kRoom] = {};
  unsigned count_ = 0;
  bool failed_ = false;
};

} // namespace

bool evaluate_expression(const ExpressionWorld& world, uint64_t offset, const uintptr_t* initial,
                         uintptr_t* out) noexcept {
  Reader length_reader(world.image, offset, world.image.size);
  const uint64_t length = length_reader.uleb();
  const uint64_t begin = length_reader.offset();
  if (length_reader.failed() || length > world.image.size - begin) return false;
  Reader reader(world.image, begin, begin + length);
  return Evaluator(world, &reader, begin, begin + length).run(initial, out);
}

} // namespace benchmem::callers
