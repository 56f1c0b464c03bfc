#include "callers/row_step.h"

#include "callers/frame_expression.h"

namespace benchmem::callers {

namespace {

bool find_cfa(const ExpressionWorld& world, const Row& row, uintptr_t* out) noexcept {
  if (row.cfa_expression != 0) return evaluate_expression(world, row.cfa_expression, nullptr, out);
  if (!world.registers.get(row.cfa_register, out)) return false;
  *out += static_cast<uintptr_t>(row.cfa_offset);
  return true;
}

Registers::Value restored(const ExpressionWorld& world, const Saved& saved, uintptr_t cfa,
                          const Registers::Value& same) noexcept {
  Registers::Value found;
  const uint64_t expression = static_cast<uint64_t>(saved.offset);
  uintptr_t at = cfa + static_cast<uintptr_t>(saved.offset);
  switch (saved.place) {
    case Saved::kSame: return same;
    case Saved::kAtCfa: found.known = world.stack.read(at, &found.value); break;
    case Saved::kAtExpression:
      found.known = evaluate_expression(world, expression, &cfa, &at) && world.stack.read(at, &found.value);
      break;
    case Saved::kIsExpression: found.known = evaluate_expression(world, expression, &cfa, &found.value); break;
    default: break;
  }
  return found;
}

} // namespace

bool step_by_row(const UnwindImage& image, const FrameRow& frame, const StackWindow& stack,
                 Registers* registers) noexcept {
  const ExpressionWorld world{image, *registers, stack};
  uintptr_t cfa = 0;
  if (!find_cfa(world, frame.row, &cfa)) return false;
  if (cfa <= registers->stack || cfa > stack.end || cfa % sizeof cfa != 0) return false;
  const Machine& machine = *registers->machine;
  Registers caller(machine);
  caller.stack = cfa;
  for (size_t i = 0; i != machine.tracked_count; ++i) {
    caller.tracked[i] = restored(world, frame.row.saved[i], cfa, registers->tracked[i]);
  }
  const bool returns = frame.row.return_address().place != Saved::kSame && caller.return_address().known;
  if (returns) *registers = caller;
  return returns;
}

} // namespace benchmem::callers
