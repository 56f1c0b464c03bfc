// The kinds in C.

#include "kinds.h"

#include <alloca.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile long sink;
static volatile int never; // 0, which the compiler cannot know

// Many values that live across the call: all registers that a callee keeps are pushed.
FRAME void plain_inner(Leaf leaf, const long* values) {
  const long a = values[0], b = values[1], c = values[2], d = values[3], e = values[4], f = values[5];
  leaf();
  sink = a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f;
}
FRAME void plain_outer(Leaf leaf) {
  long values[9];
  for (int i = 0; i != 9; ++i) values[i] = sink + i;
  plain_inner(leaf, values);
  sink = values[8];
}

FRAME void dynamic_inner(Leaf leaf, size_t bytes) {
  char* const space = alloca(bytes);
  memset(space, 1, bytes);
  leaf();
  sink = space[bytes / 2];
}
FRAME void dynamic_outer(Leaf leaf) {
  const size_t bytes = 100 + (size_t)never;
  char space[bytes];
  memset(space, 1, bytes);
  dynamic_inner(leaf, bytes + 33);
  sink = space[bytes / 2];
}

FRAME void aligned_inner(Leaf leaf) {
  _Alignas(64) volatile char space[256];
  space[0] = 1;
  leaf();
  sink = space[0];
}
FRAME void aligned_outer(Leaf leaf) {
  aligned_inner(leaf);
  STAY;
}

FRAME void large_inner(Leaf leaf) {
  volatile char space[20000];
  space[0] = 1;
  leaf();
  sink = space[0];
}
FRAME void large_outer(Leaf leaf) {
  volatile char space[3000];
  space[0] = 1;
  large_inner(leaf);
  sink = space[0];
}

FRAME long many_inner(Leaf leaf, long a, long b, long c, long d, long e, long f, long g, long h, long i) {
  leaf();
  return a + b + c + d + e + f + g * h * i;
}
FRAME void many_outer(Leaf leaf) {
  const long n = sink;
  sink = many_inner(leaf, n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7, n + 8);
}

FRAME void tail_target(Leaf leaf) {
  leaf();
  STAY;
}
FRAME void tail_inner(Leaf leaf) {
  sink = 1;
  tail_target(leaf); // a jump
}
FRAME void tail_outer(Leaf leaf) {
  tail_inner(leaf);
  STAY;
}

FRAME void tail_leaf(Leaf leaf) {
  sink = 2;
  leaf(); // a jump
}
FRAME void tail_leaf_outer(Leaf leaf) {
  tail_leaf(leaf);
  STAY;
}

FRAME long finish(long value) {
  sink = value;
  return value;
}
static long (*volatile finish_by_pointer)(long) = finish;
// What comes after the leaf ends in a jump: to a function of this file, to one of the C library, through a pointer.
FRAME long ends_in_jump(Leaf leaf, long value) {
  leaf();
  return finish(value + 1);
}
FRAME long ends_in_library(Leaf leaf, long value) {
  leaf();
  sink = value;
  return getppid();
}
FRAME long ends_in_pointer(Leaf leaf, long value) {
  leaf();
  return finish_by_pointer(value + 2);
}
FRAME void jumps_outer(Leaf leaf) {
  sink = ends_in_jump(leaf, sink);
  STAY;
}
FRAME void library_outer(Leaf leaf) {
  sink = ends_in_library(leaf, sink);
  STAY;
}
FRAME void pointer_outer(Leaf leaf) {
  sink = ends_in_pointer(leaf, sink);
  STAY;
}

FRAME __attribute__((noreturn)) void die(long value) {
  sink = value;
  abort();
}
// The function behind it is what a walk past die() runs into.
FRAME void may_die_inner(Leaf leaf, const long* values) {
  const long a = values[0], b = values[1], c = values[2];
  leaf();
  if (never == 1) die(a);
  if (never == 2) abort();
  sink = a + b * c;
  if (never == 3) die(b + c);
}
FRAME void may_die_outer(Leaf leaf) {
  volatile long space[40];
  const long values[] = {sink, sink + 1, sink + 2};
  space[0] = 1;
  may_die_inner(leaf, values);
  if (never != 0) die(space[0]);
}

FRAME void switching_inner(Leaf leaf, int which) {
  leaf();
  switch (which) {
    case 0: sink = finish(1) + 7; break;
    case 1: sink = finish(2) * 3; break;
    case 2: sink = getppid() ^ 5; break;
    case 3: sink = finish(sink) - 4; break;
    case 4: sink = finish(4) << 2; break;
    case 5: sink = finish(5) / 3; break;
    case 6: sink = getppid() % 11; break;
    default: break;
  }
}
FRAME void switching_outer(Leaf leaf) {
  switching_inner(leaf, never);
  STAY;
}

FRAME void loop_inner(Leaf leaf, int count) {
  for (int i = 0; i < count; ++i) {
    if (i == 0) leaf();
    for (int k = 0; k < i; ++k) sink += finish(k);
  }
}
FRAME void loop_outer(Leaf leaf) {
  loop_inner(leaf, 3 + never);
  STAY;
}

FRAME long recursive(Leaf leaf, int depth) {
  const long before = sink;
  if (depth == 0)
    leaf();
  else
    sink = recursive(leaf, depth - 1) + before;
  STAY;
  return before;
}
FRAME void recursive_outer(Leaf leaf) {
  recursive(leaf, 2);
  STAY;
}

static Leaf compared_leaf;
FRAME int callback_compare(const void* a, const void* b) {
  const Leaf leaf = compared_leaf;
  compared_leaf = NULL;
  if (leaf != NULL) leaf();
  return *(const int*)a - *(const int*)b;
}
FRAME void callback_outer(Leaf leaf) {
  int values[] = {3, 1};
  compared_leaf = leaf;
  qsort(values, 2, sizeof *values, callback_compare);
  sink = values[0];
}

#if defined(__x86_64__)
// Written by hand: past the call that never returns lies a piece of code that gives back more than this frame has.
// Followed blindly, it leads into its caller's locals, where stale return addresses stand.
#ifdef BARE
#define CFI(directive) ""
#else
#define CFI(directive) ".cfi_" directive "\n"
#endif
// Each has its own, because how a frame is left is remembered by its address.
#define HANDMADE(name) \
  asm(".text\n" \
      ".globl " name "\n" \
      ".type " name ", @function\n" name ":\n" CFI("startproc") \
      "subq $24, %rsp\n" CFI("adjust_cfa_offset 24") \
      "call *%rdi\n" \
      "xorl %eax, %eax\n" \
      "testl %eax, %eax\n" \
      "je 1f\n" \
      "call die@PLT\n" \
      "addq $240, %rsp\n" \
      "popq %rbp\n" \
      "ret\n" \
      "1: addq $24, %rsp\n" CFI("adjust_cfa_offset -24") \
      "ret\n" CFI("endproc") \
      ".size " name ", . - " name "\n")
HANDMADE("handmade_inner");
HANDMADE("handmade_pointer_inner");
asm("handmade_callee: ret\n"
    "call handmade_callee\n"
    ".hidden handmade_stale\n"
    ".globl handmade_stale\n"
    "handmade_stale: ret\n");
void handmade_pointer_inner(Leaf leaf);
void handmade_inner(Leaf leaf);
// Behind a call of something else: what an earlier call leaves in a part of the stack that nobody has written since.
extern const char handmade_stale[];
static void (*volatile handmade_by_pointer)(Leaf) = handmade_pointer_inner;
FRAME void handmade_outer(Leaf leaf) {
  const char* volatile space[100];
  for (int i = 0; i != 100; ++i) space[i] = handmade_stale;
  handmade_inner(leaf);
  sink = space[0] == NULL;
}
FRAME void handmade_pointer_outer(Leaf leaf) {
  const char* volatile space[100];
  for (int i = 0; i != 100; ++i) space[i] = handmade_stale;
  handmade_by_pointer(leaf);
  sink = space[0] == NULL;
}
#endif

const struct FrameKind c_kinds[] = {
    {"plain", plain_outer, "plain_inner plain_outer"},
    {"alloca and a variable array", dynamic_outer, "dynamic_inner dynamic_outer"},
    {"an aligned frame", aligned_outer, "aligned_inner aligned_outer"},
    {"large frames", large_outer, "large_inner large_outer"},
    {"arguments on the stack", many_outer, "many_inner many_outer"},
    {"a call in tail position", tail_outer, "tail_target tail_outer"},
    {"the leaf in tail position", tail_leaf_outer, "tail_leaf_outer"},
    {"a jump at the end", jumps_outer, "ends_in_jump jumps_outer"},
    {"a jump to the C library at the end", library_outer, "ends_in_library library_outer"},
    {"a jump through a pointer at the end", pointer_outer, "ends_in_pointer pointer_outer"},
    {"branches that never return", may_die_outer, "may_die_inner may_die_outer"},
    {"a switch", switching_outer, "switching_inner switching_outer"},
    {"loops", loop_outer, "loop_inner loop_outer"},
    {"recursion", recursive_outer, "recursive recursive recursive recursive_outer"},
#if defined(__x86_64__)
    {"code written by hand", handmade_outer, "handmade_inner handmade_outer"},
    {"the same, called through a pointer", handmade_pointer_outer, "handmade_pointer_inner handmade_pointer_outer"},
#endif
    {"a callback of the C library", callback_outer, "callback_compare callback_outer"},
    {NULL, NULL, NULL},
};

const struct FrameKind* frames_kind(size_t index) {
  const struct FrameKind* const lists[] = {c_kinds, cxx_kinds, rust_kinds};
  for (size_t list = 0; list != sizeof lists / sizeof *lists; ++list) {
    for (const struct FrameKind* kind = lists[list]; kind != NULL && kind->name != NULL; ++kind) {
      if (index-- == 0) return kind;
    }
  }
  return NULL;
}
