// One allocation call per step, with its checks: alignment, usable size, zeroes, errno, and every byte of content.
// WHY: pointers are laundered, because the compiler may fold loads from a fresh calloc or drop a malloc-free pair.
#include "blocks.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <new>

namespace ground_truth {
namespace {

constexpr size_t kLeastAlignment = 16;
constexpr size_t kLongestString = size_t{1} << 20;
constexpr int kErrnoMark = 4242;

void* launder(void* address) noexcept {
  asm volatile("" : "+r"(address) : : "memory");
  return address;
}

uint64_t launder_number(uint64_t number) noexcept {
  asm volatile("" : "+r"(number));
  return number;
}

uint64_t pattern_word(Pattern pattern, uint64_t seed, uint64_t index) noexcept {
  switch (pattern) {
    case Pattern::kZero: return 0;
    case Pattern::kOnes: return ~uint64_t{0};
    case Pattern::kSmall: return (seed + index) % 128;
    case Pattern::kRandom: break;
  }
  uint64_t word = (seed + index + 1) * 0x9e3779b97f4a7c15u;
  word = (word ^ (word >> 29)) * 0xbf58476d1ce4e5b9u;
  return word ^ (word >> 32);
}

// PERF: __builtin_memcpy stays one load or store where the build forbids builtins for plain calls.
void fill(Block* block) noexcept {
  const size_t words = block->usable / 8;
  for (size_t index = 0; index < words; ++index) {
    const uint64_t word = pattern_word(block->pattern, block->seed, index);
    __builtin_memcpy(block->address + index * 8, &word, 8);
  }
  const uint64_t last = pattern_word(block->pattern, block->seed, words);
  memcpy(block->address + words * 8, &last, block->usable % 8);
}

bool holds_pattern(const Block& block, size_t bytes) noexcept {
  const size_t words = bytes / 8;
  for (size_t index = 0; index < words; ++index) {
    uint64_t word = 0;
    __builtin_memcpy(&word, block.address + index * 8, 8);
    if (word != pattern_word(block.pattern, block.seed, index)) return false;
  }
  const uint64_t last = pattern_word(block.pattern, block.seed, words);
  return memcmp(block.address + words * 8, &last, bytes % 8) == 0;
}

bool is_zero(const unsigned char* address, size_t bytes) noexcept {
  unsigned char all = 0;
  for (size_t at = 0; at < bytes; ++at) all |= address[at];
  return all == 0;
}

// A string of `length` characters, without allocating one: the tail of one long constant.
const char* string_of(size_t length) noexcept {
  static const char* const kText = [] {
    static char text[kLongestString + 1];
    memset(text, 'b', kLongestString);
    return text;
  }();
  return length <= kLongestString ? kText + (kLongestString - length) : nullptr;
}

// Takes over what an allocation call returned, checks it and fills it.
void accept(const Step& step, void* address, size_t requested, size_t alignment, Origin origin, Block* block,
            Failures* failures) noexcept {
  if (address == nullptr) return failures->add(step, "returned NULL");
  // WHY: it is 8 below 16 bytes, because no object of that size needs more, and jemalloc has such a size class.
  const size_t natural = requested < kLeastAlignment ? kLeastAlignment / 2 : kLeastAlignment;
  const size_t least = alignment > natural ? alignment : natural;
  if (reinterpret_cast<uintptr_t>(address) % least != 0) failures->add(step, "is not aligned");
  // ENOMEM is glibc's own: where brk() has no room above the heap, it falls back to mmap and leaves that errno.
  if (errno != kErrnoMark && errno != ENOMEM) failures->add(step, "changed errno");
  const size_t usable = malloc_usable_size(address);
  if (usable < requested) failures->add(step, "has a usable size below the requested one");
  if (usable > requested + requested / 4 + least + 8192) failures->add(step, "has an absurd usable size");
  *block =
      Block{static_cast<unsigned char*>(address), requested, usable, alignment, step.slot, origin, Pattern::kRandom};
  fill(block);
}

void check(const Step& step, const Block& block, Failures* failures) noexcept {
  if (malloc_usable_size(block.address) != block.usable) failures->add(step, "found another usable size than before");
  if (!holds_pattern(block, block.usable)) failures->add(step, "found changed bytes");
}

void reallocate(const Step& step, size_t bytes, bool as_array, Block* block, Failures* failures) noexcept {
  const Block before = *block;
  if (before.address != nullptr) check(step, before, failures);
  void* const moved =
      launder(as_array ? reallocarray(before.address, step.first, step.second) : realloc(before.address, bytes));
  if (before.address != nullptr && bytes == 0) {
    if (moved != nullptr) failures->add(step, "to zero bytes returned a block");
    *block = Block{};
    return;
  }
  if (moved == nullptr) return failures->add(step, "returned NULL");
  if (before.address != nullptr) {
    Block kept = before;
    kept.address = static_cast<unsigned char*>(moved);
    if (!holds_pattern(kept, before.requested < bytes ? before.requested : bytes)) failures->add(step, "lost content");
  }
  accept(step, moved, bytes, 0, Origin::kMalloc, block, failures);
  if (before.address != nullptr) {
    block->pattern = before.pattern;
    block->seed = before.seed;
    fill(block);
  }
}

void allocate_zeroed(const Step& step, Block* block, Failures* failures) noexcept {
  void* const address = launder(calloc(step.first, step.second));
  const size_t bytes = step.first * step.second;
  if (address != nullptr && !is_zero(static_cast<unsigned char*>(address), bytes)) failures->add(step, "is not zero");
  accept(step, address, bytes, 0, Origin::kMalloc, block, failures);
}

void duplicate_string(const Step& step, bool bounded, Block* block, Failures* failures) noexcept {
  const char* const text = string_of(step.second);
  if (text == nullptr) return failures->add(step, "asks for too long a string");
  char* const copy =
      static_cast<char*>(launder(bounded ? strndup(string_of(kLongestString), step.second) : strdup(text)));
  if (copy != nullptr && strcmp(copy, text) != 0) failures->add(step, "copied another text");
  accept(step, copy, step.second + 1, 0, Origin::kMalloc, block, failures);
}

void release(const Step& step, Block* block, Failures* failures) noexcept {
  if (block->address == nullptr) return failures->add(step, "of an empty slot");
  check(step, *block, failures);
  void* const address = block->address;
  switch (block->origin) {
    case Origin::kMalloc: free(address); break;
    case Origin::kNew: ::operator delete(address); break;
    case Origin::kNewArray: ::operator delete[](address, block->requested); break;
    case Origin::kNewAligned: ::operator delete (address, std::align_val_t{block->alignment}); break;
  }
  if (errno != kErrnoMark) failures->add(step, "changed errno");
  *block = Block{};
}

void expect_failure(const Step& step, const void* result, int error, Failures* failures) noexcept {
  if (result != nullptr) failures->add(step, "succeeded");
  if (errno != error) failures->add(step, "left another errno");
}

void run_failing(const Step& step, Block* block, Failures* failures) noexcept {
  const size_t bytes = launder_number(step.second);
  if (step.operation == Operation::kFailMalloc) return expect_failure(step, launder(malloc(bytes)), ENOMEM, failures);
  if (step.operation == Operation::kFailCalloc) {
    return expect_failure(step, launder(calloc(launder_number(step.first), bytes)), ENOMEM, failures);
  }
  if (step.operation == Operation::kFailRealloc) {
    expect_failure(step, launder(realloc(block->address, bytes)), ENOMEM, failures);
    return check(step, *block, failures);
  }
  void* address = nullptr;
  const int status = posix_memalign(&address, launder_number(step.first), bytes);
  if (status != (step.first % 8 == 0 && (step.first & (step.first - 1)) == 0 ? ENOMEM : EINVAL)) {
    failures->add(step, "gave another status");
  }
  if (launder(address) != nullptr) failures->add(step, "wrote a pointer");
}

} // namespace

void Failures::add(const Step& step, const char* what) noexcept {
  const uint32_t index = count_.fetch_add(1);
  if (index >= kKept) return;
  // SAFETY: snprintf of integers and strings allocates nothing in glibc.
  snprintf(messages_[index], kMessageBytes, "line %u: %s (slot %u, %llu bytes) %s", step.line, name_of(step.operation),
           step.slot, static_cast<unsigned long long>(step.second), what);
}

void run_step(const Step& step, Block* blocks, Failures* failures) noexcept {
  Block* const block = &blocks[step.slot];
  const size_t bytes = step.second;
  errno = kErrnoMark;
  switch (step.operation) {
    case Operation::kMalloc: return accept(step, launder(malloc(bytes)), bytes, 0, Origin::kMalloc, block, failures);
    case Operation::kCalloc: return allocate_zeroed(step, block, failures);
    case Operation::kRealloc: return reallocate(step, bytes, false, block, failures);
    case Operation::kReallocArray: return reallocate(step, step.first * bytes, true, block, failures);
    case Operation::kMemalign:
      return accept(step, launder(memalign(step.first, bytes)), bytes, step.first, Origin::kMalloc, block, failures);
    case Operation::kAlignedAlloc:
      return accept(step, launder(aligned_alloc(step.first, bytes)), bytes, step.first, Origin::kMalloc, block,
                    failures);
    case Operation::kPosixMemalign: {
      void* address = nullptr;
      if (posix_memalign(&address, step.first, bytes) != 0) address = nullptr;
      return accept(step, launder(address), bytes, step.first, Origin::kMalloc, block, failures);
    }
    case Operation::kValloc: return accept(step, launder(valloc(bytes)), bytes, 4096, Origin::kMalloc, block, failures);
    case Operation::kPvalloc:
      return accept(step, launder(pvalloc(bytes)), bytes, 4096, Origin::kMalloc, block, failures);
    case Operation::kNew: return accept(step, launder(::operator new(bytes)), bytes, 0, Origin::kNew, block, failures);
    case Operation::kNewArray:
      return accept(step, launder(::operator new[](bytes)), bytes, 0, Origin::kNewArray, block, failures);
    case Operation::kNewNothrow:
      return accept(step, launder(::operator new(bytes, std::nothrow)), bytes, 0, Origin::kNew, block, failures);
    case Operation::kNewAligned:
      return accept(step, launder(::operator new (bytes, std::align_val_t{step.first})), bytes, step.first,
                    Origin::kNewAligned, block, failures);
    case Operation::kStrdup: return duplicate_string(step, false, block, failures);
    case Operation::kStrndup: return duplicate_string(step, true, block, failures);
    case Operation::kFree:
    case Operation::kDelete: return release(step, block, failures);
    case Operation::kFreeNull: return free(launder(nullptr));
    case Operation::kFill:
      block->pattern = step.pattern;
      block->seed = step.first;
      return fill(block);
    case Operation::kFailMalloc:
    case Operation::kFailCalloc:
    case Operation::kFailRealloc:
    case Operation::kFailPosixMemalign: return run_failing(step, block, failures);
    case Operation::kExit: return;
  }
}

void drop_block(uint32_t slot, Block* block, Failures* failures) noexcept {
  if (block->address == nullptr) return;
  Step step{};
  step.operation = Operation::kFree;
  step.slot = slot;
  step.second = block->requested;
  errno = kErrnoMark;
  release(step, block, failures);
}

} // namespace ground_truth
