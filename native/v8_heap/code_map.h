// Which function an address of one isolate's code belongs to, and where in its script: what V8's code events add up to.
// Knows no V8 and no lock. Changing it allocates; finding does not.
#ifndef BENCHMEM_V8_HEAP_CODE_MAP_H_
#define BENCHMEM_V8_HEAP_CODE_MAP_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "v8_heap/function_names.h"

namespace benchmem::v8_heap {

// From `offset` bytes into the code on, the code is that of the character `position` of the script.
struct CodePosition {
  uint32_t offset;
  uint32_t position;
};

struct CodePlace {
  uint32_t function;
  uint32_t position_plus_one; // 0: not known
  CodeKind kind;
};

// INVARIANT: ranges do not overlap; where two would, the newer one is right and the older code is dead. Only builtins
// stay: V8 also names functions that have no code of their own at the address of a builtin.
class CodeMap {
 public:
  static constexpr size_t kMostCodeBytes = size_t{1} << 31;

  void add(uintptr_t start, size_t bytes, CodeKind kind, uint32_t function);
  // Unknown code moves too: what is known at its new place is dead.
  void move(uintptr_t from, size_t bytes, uintptr_t to);
  void remove(uintptr_t start, size_t bytes);
  // Of code that is added next, or soon: V8 tells the positions of all functions that it compiled at once, then their names.
  void set_positions(uintptr_t start, std::vector<CodePosition> positions);

  // `address` is a byte of what runs: for a return address the one before it. False: no known code.
  bool find(uintptr_t address, CodePlace* out) noexcept;
  size_t size() const noexcept { return codes_.size(); }
  void clear();

 private:
  struct Code {
    uintptr_t end;
    uint32_t function;
    CodeKind kind;
    std::vector<CodePosition> positions;
  };
  using Codes = std::map<uintptr_t, Code>;
  struct Answer {
    uintptr_t address;
    uint64_t version;
    CodePlace place;
    bool found;
  };

  Codes::iterator containing(uintptr_t address) noexcept;
  bool holds_builtin(uintptr_t start, uintptr_t end) noexcept;
  void erase_range(uintptr_t start, uintptr_t end);

  static constexpr size_t kAnswerBits = 11;

  Codes codes_;
  // Positions of code that V8 has not named yet.
  // INVARIANT: between the first and the last of them no code was added: older ones are of code that never was.
  std::unordered_map<uintptr_t, std::vector<CodePosition>> early_positions_;
  bool early_ones_end_ = false; // code was added since the last of them
  uint64_t version_ = 1;        // of the map; an answer of another version is none
  Answer answers_[size_t{1} << kAnswerBits] = {};
};

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_CODE_MAP_H_
