// Expressions of unwind tables: where a register or a CFA is, as a small stack machine says. Reads nothing but the image
// and the window; both may be hostile.
// Source: DWARF 4, sections 2.5 and 6.4.2.
#ifndef BENCHMEM_CALLERS_FRAME_EXPRESSION_H_
#define BENCHMEM_CALLERS_FRAME_EXPRESSION_H_

#include <cstdint>

#include "callers/frame_rule.h"
#include "callers/registers.h"

namespace benchmem::callers {

struct ExpressionWorld {
  const UnwindImage& image;
  const Registers& registers;
  const StackWindow& stack;
};

// `offset`: in the image, of the expression's length. `initial`: pushed before it begins; null: nothing.
// False: an operation that no unwind table needs, an unknown register, a read outside the window.
bool evaluate_expression(const ExpressionWorld& world, uint64_t offset, const uintptr_t* initial,
                         uintptr_t* out) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_FRAME_EXPRESSION_H_
