// The allocation script: its text format, parsed into per-thread steps before any thread runs.
// Must not know benchmem, nor compute what a script is expected to allocate (the test's model does, from the text).
//
// One statement a line; `#` starts a comment.
//   threads N | slots N                          first two lines; threads are 0..N-1, `js` is the calling thread
//   THREAD OPERATION ARGUMENTS                   see kOperations in script.cpp
//   barrier                                      all threads meet
//   serial                                       the lines up to the next meeting run one at a time, in text order
//   open | drain | close                         all threads meet and wait while JavaScript has control
#ifndef GROUND_TRUTH_SCRIPT_H_
#define GROUND_TRUTH_SCRIPT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ground_truth {

enum class Operation : uint8_t {
  kMalloc,
  kCalloc,
  kRealloc,
  kReallocArray,
  kMemalign,
  kAlignedAlloc,
  kPosixMemalign,
  kValloc,
  kPvalloc,
  kNew,
  kNewArray,
  kNewNothrow,
  kNewAligned,
  kStrdup,
  kStrndup,
  kFree,
  kDelete,
  kFreeNull,
  kFill,
  kFailMalloc,
  kFailCalloc,
  kFailRealloc,
  kFailPosixMemalign,
  kExit,
};

enum class Pattern : uint8_t { kZero, kOnes, kSmall, kRandom };
enum class Meeting : uint8_t { kBarrier, kOpen, kDrain, kClose, kEnd };

struct Step {
  Operation operation;
  Pattern pattern;
  uint32_t slot;
  uint32_t turn;        // serial steps: the place in the order of all serial steps, from 1
  uint32_t next_thread; // serial phases: who comes after
  uint32_t line;
  uint64_t first;  // alignment, count or seed
  uint64_t second; // bytes
};

struct Phase {
  bool serial = false;
  Meeting ends_with = Meeting::kEnd;
  uint32_t first_turn = 0;              // serial phases: the turn that waits for nobody
  std::vector<std::vector<Step>> steps; // by thread; the last is `js`
  std::vector<uint32_t> exits;          // threads that end in this phase
  uint32_t parties = 0;                 // threads that meet at its end, `js` included
};

struct Script {
  uint32_t threads = 0;
  uint32_t slots = 0;
  std::vector<Phase> phases;
};

// The operation's word in the script.
const char* name_of(Operation operation) noexcept;

// "" on success, else what is wrong and in which line.
std::string parse_script(const std::string& text, Script* out);

} // namespace ground_truth

#endif // GROUND_TRUTH_SCRIPT_H_
