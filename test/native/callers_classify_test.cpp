// classify() in a real process: V8's code by name, and library frames stepped over.
#include <doctest/doctest.h>

#include <alloca.h>
#include <cerrno>
#include <ostream>
#include <search.h>
#include <streambuf>
#include <string>
#include <unwind.h>
#include <vector>

#include "callers/callers_inline.h"
#include "callers/frame_step.h"
#include "callers/object_ids.h"
#include "callers_call_through.h"

using namespace benchmem;
using callers_test::Call;

namespace callers_test {
namespace { // another file of tests has hooked() and `seen` too

// What the hooked calls below saw, in order.
std::vector<ObjectId> seen;

__attribute__((noinline)) void hooked() {
  const CallSite site = BENCHMEM_CALL_SITE();
  seen.push_back(classify_inline(site));
}

ObjectId only_one_seen() {
  REQUIRE(seen.size() == 1);
  const ObjectId id = seen[0];
  seen.clear();
  return id;
}

} // namespace
} // namespace callers_test

// The three kinds of code that the executable's symbols tell apart.
namespace v8::internal {
__attribute__((noinline)) void engine_calls(Call call) {
  call();
  asm volatile("# unlike program_calls(), lest the compiler fold the two");
}
} // namespace v8::internal

namespace absl {
// Its frame is addressed through the frame pointer, whatever the compiler's flags: its size is not constant.
__attribute__((noinline)) void dynamic_frame(size_t bytes, int depth, Call call) {
  char* const space = static_cast<char*>(alloca(bytes));
  space[0] = 1;
  asm volatile("" : : "r"(space) : "memory");
  if (depth == 0)
    call();
  else
    dynamic_frame(bytes + 16, depth - 1, call);
  asm volatile("" : : "r"(space) : "memory");
}
} // namespace absl

namespace {

using callers_test::hooked;
using callers_test::only_one_seen;
using callers_test::seen;

__attribute__((noinline)) void program_calls(Call call) {
  call();
  asm volatile("");
}

ObjectId executable_id() {
  program_calls(hooked);
  return only_one_seen();
}

// Calls back from inside libstdc++: std::ostream::write -> xsputn.
class CallingBuffer : public std::streambuf {
 protected:
  std::streamsize xsputn(const char*, std::streamsize count) override {
    const CallSite site = BENCHMEM_CALL_SITE();
    seen.push_back(classify_inline(site));
    return count;
  }
};

void write_to_stream() {
  CallingBuffer buffer;
  std::ostream stream(&buffer);
  stream.write("x", 1);
  asm volatile("");
}

// Calls back from inside libc, `level` recursions deep.
std::vector<int> levels;

void on_node(const void*, VISIT visit, int level) {
  const CallSite site = BENCHMEM_CALL_SITE();
  if (visit != leaf && visit != preorder) return;
  levels.push_back(level);
  seen.push_back(classify_inline(site));
}

int compare_addresses(const void* a, const void* b) { return a < b ? -1 : a > b; }

class Tree {
 public:
  explicit Tree(uintptr_t nodes) {
    for (uintptr_t i = 1; i <= nodes; ++i) tsearch(reinterpret_cast<void*>(i), &root_, compare_addresses);
  }
  ~Tree() {
    tdestroy(root_, [](void*) {});
  }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  void walk(void (*action)(const void*, VISIT, int)) const { twalk(root_, action); }

 private:
  void* root_ = nullptr;
};

const Tree* tree;
void walk_tree() {
  tree->walk(on_node);
  asm volatile("");
}

// The directly called frame's addresses, by the compiler's own unwinder.
std::vector<const void*> unwind() {
  std::vector<const void*> addresses;
  const auto add = [](_Unwind_Context* context, void* to) {
    static_cast<std::vector<const void*>*>(to)->push_back(reinterpret_cast<const void*>(_Unwind_GetIP(context)));
    return _URC_NO_REASON;
  };
  _Unwind_Backtrace(add, &addresses);
  return addresses;
}

size_t steps_compared;

// Walks from the site as far as frames count as their callers', beside the unwinder.
void compare_with_unwinder(const CallSite& site) {
  classify(site);
  const std::vector<const void*> truth = unwind();
  size_t at = 0;
  while (at != truth.size() && truth[at] != site.return_address) ++at;
  REQUIRE(at != truth.size());
  callers::FrameWalk walk(site.stack);
  callers::Answer answer;
  while (callers::look_up(truth[at], &answer) && answer.frame_rule != 0) {
    const callers::FrameRule rule = callers::FrameRule::unpack(answer.frame_rule);
    if (rule.from_frame_pointer && !walk.knows_frame_pointer()) return;
    REQUIRE(walk.step(rule));
    REQUIRE(++at < truth.size());
    REQUIRE(walk.return_address() == truth[at]);
    ++steps_compared;
  }
}

void on_node_compare(const void*, VISIT, int level) {
  const CallSite site = BENCHMEM_CALL_SITE();
  if (level < 12) compare_with_unwinder(site);
}

} // namespace

TEST_CASE("calls from V8's code are the engine's, all others of the executable are the program's") {
  prepare_callers();
  CHECK(caller_statistics().engine_split_exact);
  CHECK(caller_statistics().engine_runs >= 1);
  v8::internal::engine_calls(hooked);
  CHECK(only_one_seen() == kEngineObject);
  const ObjectId executable = executable_id();
  CHECK(executable >= callers::ObjectIds::kFirst);
  CHECK(executable <= callers::ObjectIds::kLast);
  CHECK(std::string(object_path(executable)) == "");
  CHECK(source_of(executable) == BENCHMEM_PROGRAM);
  CHECK(source_of(kEngineObject) == BENCHMEM_ENGINE);
}

TEST_CASE("ids that stand for no object have names all the same") {
  CHECK(std::string(object_path(kEngineObject)) == "");
  CHECK(std::string(object_path(kUnknownObject)) == "[unknown]");
  CHECK(std::string(object_path(254)) == "[unknown]");
  CHECK(std::string(object_path(kOtherObjects)) == "[other objects]");
}

TEST_CASE("an address in no object is unknown, and errno stays") {
  prepare_callers();
  int on_stack = 0;
  errno = 77;
  CHECK(classify({&on_stack, nullptr}) == kUnknownObject);
  CHECK(classify({&on_stack, nullptr}) == kUnknownObject);
  CHECK(classify({nullptr, nullptr}) == kUnknownObject);
  CHECK(errno == 77);
}

TEST_CASE("calls through libstdc++ are their caller's") {
  prepare_callers();
  const ObjectId executable = executable_id();
  program_calls(write_to_stream);
  CHECK(only_one_seen() == executable);
  v8::internal::engine_calls([] { write_to_stream(); });
  CHECK(only_one_seen() == executable); // write_to_stream() itself is the caller
  callers_test::write_from_engine<CallingBuffer>();
  CHECK(only_one_seen() == kEngineObject);
}

TEST_CASE("frames that are addressed through the frame pointer are stepped over, several in a row") {
  prepare_callers();
  const ObjectId executable = executable_id();
  for (int depth = 0; depth != 6; ++depth) {
    absl::dynamic_frame(100, depth, hooked);
    CHECK(only_one_seen() == executable);
    callers_test::dynamic_frame_from_engine(absl::dynamic_frame, depth, hooked);
    CHECK(only_one_seen() == kEngineObject);
  }
}

TEST_CASE("calls from inside libc are their caller's; beyond 16 frames they are libc's") {
  prepare_callers();
  const ObjectId executable = executable_id();
  const Tree deep(uintptr_t{1} << 18);
  tree = &deep;
  levels.clear();
  program_calls(walk_tree);
  REQUIRE(levels.size() == seen.size());
  size_t near = 0, far = 0;
  for (size_t i = 0; i != seen.size(); ++i) {
    if (levels[i] < 12) {
      REQUIRE(seen[i] == executable);
      ++near;
    } else if (levels[i] > 16) {
      REQUIRE(std::string(object_path(seen[i])).find("libc.so") != std::string::npos);
      ++far;
    }
  }
  CHECK(near > 1000);
  CHECK(far > 1000);
  seen.clear();
}

TEST_CASE("a call site without a stack pointer is the library's") {
  prepare_callers();
  const void* const inside_libc = reinterpret_cast<const char*>(&twalk) + 1;
  const std::string path = object_path(classify({inside_libc, nullptr}));
  CHECK(path.find("libc.so") != std::string::npos);
}

TEST_CASE("steps agree with the compiler's unwinder") {
  prepare_callers();
  steps_compared = 0;
  const Tree wide(4096);
  wide.walk(on_node_compare);
  callers_test::stream_and_compare(compare_with_unwinder);
  CHECK(steps_compared > 5000);
}
