// Code of every kind that a stack walk must leave: each kind is a chain of functions that ends in a call of `leaf`.
// Compiled once per variant of variants.json. The chains are known: `expected` names them, the leaf's caller first.
#ifndef BENCHMEM_TEST_ADDONS_FRAMES_KINDS_H_
#define BENCHMEM_TEST_ADDONS_FRAMES_KINDS_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*Leaf)(void);

struct FrameKind {
  const char* name;
  void (*run)(Leaf leaf);
  // The names of this object's functions on the stack above the leaf, without those of other objects between.
  const char* expected;
};

// A function of a chain: with a name that the loader knows, and never merged with another.
#define FRAME __attribute__((noinline, visibility("default")))
// Keeps a call before it from becoming a jump.
#define STAY asm volatile("" : : : "memory")

// The next of the lists: C, C++, Rust. Null: there are no more.
FRAME const struct FrameKind* frames_kind(size_t index);

// Each ends with an entry without a name. Rust's is absent if no compiler was there.
extern const struct FrameKind c_kinds[];
extern const struct FrameKind cxx_kinds[];
#ifdef WITH_RUST
extern const struct FrameKind rust_kinds[];
#else
static const struct FrameKind* const rust_kinds = NULL;
#endif

#ifdef __cplusplus
}
#endif

#endif // BENCHMEM_TEST_ADDONS_FRAMES_KINDS_H_
