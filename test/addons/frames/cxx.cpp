// The kinds in C++, without exceptions where the variant has no tables.

#include "kinds.h"

namespace frames {

static volatile long sink;

struct Visitor {
  FRAME virtual void visit(Leaf leaf) asm("cxx_base_visit");
  virtual ~Visitor() = default;
};

struct Counting : Visitor {
  FRAME void visit(Leaf leaf) override asm("cxx_visit");
  long visits[6] = {};
};

// Ends with its object's destruction, as frames of C++ do.
struct Guard {
  explicit Guard(long value) : before(sink) { sink = value; }
  ~Guard() { sink = before; }
  long before;
};

FRAME void call_virtual(Visitor* visitor, Leaf leaf) asm("cxx_call_virtual");
FRAME void virtual_outer(Leaf leaf) asm("cxx_virtual_outer");
FRAME void guard_inner(Leaf leaf, long a, long b) asm("cxx_guard_inner");
FRAME void guard_outer(Leaf leaf) asm("cxx_guard_outer");

void Visitor::visit(Leaf leaf) {
  leaf();
  STAY;
}
void Counting::visit(Leaf leaf) {
  const Guard guard(visits[0]);
  Visitor::visit(leaf);
  visits[1] = visits[2] + guard.before;
}
void call_virtual(Visitor* visitor, Leaf leaf) {
  visitor->visit(leaf);
  sink = 1;
}
void virtual_outer(Leaf leaf) {
  Counting counting;
  asm volatile("" : : "r"(&counting) : "memory");
  call_virtual(&counting, leaf);
  sink = counting.visits[1];
}

void guard_inner(Leaf leaf, long a, long b) {
  const Guard outer(a);
  const Guard inner(b);
  leaf();
  sink = a * b;
}
void guard_outer(Leaf leaf) {
  const Guard guard(3);
  guard_inner(leaf, sink, guard.before);
}

} // namespace frames

const FrameKind cxx_kinds[] = {
    {"virtual functions of C++", frames::virtual_outer, "cxx_base_visit cxx_visit cxx_call_virtual cxx_virtual_outer"},
    {"destructors of C++", frames::guard_outer, "cxx_guard_inner cxx_guard_outer"},
    {nullptr, nullptr, nullptr},
};
