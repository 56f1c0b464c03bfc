#include "v8_heap/stack_annotator.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "v8_heap/code_listener.h"
#include "v8_heap/code_listeners.h"
#include "v8_heap/symbols.h"

namespace benchmem::v8_heap {
namespace {

constexpr size_t kMostFrames = 1024;

struct Figures {
  std::atomic<uint64_t> stacks{0}, busy{0}, unlearned{0}, unknown{0}, checked{0}, different{0}, not_sampled{0};
};
Figures figures;

void count(std::atomic<uint64_t>& figure) noexcept { figure.fetch_add(1, std::memory_order_relaxed); }

bool wants_checks() noexcept {
  const char* value = std::getenv("BENCHMEM_CHECK_JS_FRAMES");
  return value != nullptr && std::strcmp(value, "1") == 0;
}
// WHY: this is read at load, because the environment may change under a reader later.
const bool checks = wants_checks();

struct Addresses {
  uintptr_t of[kMostFrames];
  size_t count = 0;

  void add(uintptr_t address) noexcept {
    if (count < kMostFrames) of[count++] = address;
  }
};

uintptr_t address_of(const void* pointer) noexcept { return reinterpret_cast<uintptr_t>(pointer); }

const uintptr_t* words_of(const benchmem_walked_frame& frame) noexcept {
  return static_cast<const uintptr_t*>(frame.frame_pointer);
}

// What V8 itself sees of this stack, leaf first: return addresses, and addresses of bytecode.
__attribute__((noinline)) void take_sample(Isolate* isolate, Addresses* out) noexcept {
  RegisterState registers{};
  registers.fp = registers.sp = __builtin_frame_address(0);
  registers.pc = __builtin_return_address(0);
  SampleInfo info{};
  symbols().get_stack_sample(isolate, registers, reinterpret_cast<const void**>(out->of), kMostFrames, &info);
  out->count = std::min(info.frames, kMostFrames);
}

class StackReader {
 public:
  StackReader(CodeListener& listener, Isolate* isolate) noexcept : listener_(listener), isolate_(isolate) {}

  void learn(const benchmem_walked_frame* frames, size_t frame_count) noexcept;
  void name(const benchmem_walked_frame* frames, size_t frame_count, uint64_t* keys) noexcept;

 private:
  enum class Found : uint8_t { kNothing, kJavaScript, kWasm, kElse };

  bool is_interpreted(const benchmem_walked_frame& frame, const CodePlace& place) const noexcept {
    return place.function == listener_.trampoline && is_javascript_frame(words_of(frame));
  }
  Found name_frame(const benchmem_walked_frame& frame, FrameSlots slots, uint64_t* key) noexcept;
  void check(const uint64_t* keys, const Found* found, size_t frame_count) noexcept;
  bool is_sampled_javascript(uintptr_t address, CodePlace* place) noexcept;

  CodeListener& listener_;
  Isolate* const isolate_;
};

// WHY: it is not inlined, because its room on the stack is needed a few times only.
__attribute__((noinline)) void StackReader::learn(const benchmem_walked_frame* frames, size_t frame_count) noexcept {
  const uintptr_t* pointers[kMostFrames];
  size_t interpreted = 0;
  CodePlace place;
  for (size_t i = 0; i < frame_count && interpreted < kMostFrames; ++i) {
    if (!listener_.map.find(address_of(frames[i].pc) - 1, &place)) continue;
    if (is_interpreted(frames[i], place)) pointers[interpreted++] = words_of(frames[i]);
  }
  if (interpreted == 0) return;
  Addresses sample, bytecodes;
  take_sample(isolate_, &sample);
  for (size_t i = 0; i < sample.count; ++i) {
    if (listener_.map.find(sample.of[i], &place) && place.kind == CodeKind::kBytecode) bytecodes.add(sample.of[i]);
  }
  // A stack deeper than a sample agrees as far as the sample goes.
  if (sample.count == kMostFrames) interpreted = bytecodes.count = std::min(interpreted, bytecodes.count);
  using Verdict = SlotLearner::Verdict;
  const Verdict verdict = code_listeners.learner.learn(pointers, interpreted, bytecodes.of, bytecodes.count);
  if (verdict == Verdict::kUndecided) count(figures.unlearned);
}

StackReader::Found StackReader::name_frame(const benchmem_walked_frame& frame, FrameSlots slots,
                                           uint64_t* key) noexcept {
  CodePlace place;
  if (!listener_.map.find(address_of(frame.pc) - 1, &place)) return Found::kNothing;
  if (slots.known() && is_interpreted(frame, place)) {
    CodePlace bytecode;
    const uintptr_t address = bytecode_address(words_of(frame), slots);
    if (address != 0 && listener_.map.find(address, &bytecode) && bytecode.kind == CodeKind::kBytecode) {
      place = bytecode;
    } else {
      count(figures.unknown);
    }
  }
  *key = frame_key(place);
  switch (place.kind) {
    case CodeKind::kBytecode:
    case CodeKind::kCompiled: return Found::kJavaScript;
    case CodeKind::kWasm:
    case CodeKind::kWasmEntry: return Found::kWasm;
    default: return Found::kElse;
  }
}

// From the outermost frame inwards: code that nobody knows, called by WebAssembly, is WebAssembly that V8 has not named.
void StackReader::name(const benchmem_walked_frame* frames, size_t frame_count, uint64_t* keys) noexcept {
  const FrameSlots slots = code_listeners.learner.slots();
  Found found[kMostFrames];
  const size_t named = std::min(frame_count, kMostFrames);
  for (size_t i = named; i-- > 0;) {
    found[i] = name_frame(frames[i], slots, &keys[i]);
    const bool in_wasm = i + 1 < named && found[i + 1] == Found::kWasm;
    if (found[i] != Found::kNothing || keys[i] != kUnknownCodeFrame || !in_wasm) continue;
    keys[i] = kWasmFrame;
    found[i] = Found::kWasm;
  }
  if (checks) check(keys, found, named);
}

// Of a bytecode the sample has the address, of a call the one after it.
bool StackReader::is_sampled_javascript(uintptr_t address, CodePlace* place) noexcept {
  if (listener_.map.find(address, place) && place->kind == CodeKind::kBytecode) return true;
  return listener_.map.find(address - 1, place) && place->kind == CodeKind::kCompiled;
}

__attribute__((noinline)) void StackReader::check(const uint64_t* keys, const Found* found,
                                                  size_t frame_count) noexcept {
  Addresses sample;
  take_sample(isolate_, &sample);
  count(figures.checked);
  if (sample.count == 0) return count(figures.not_sampled);
  bool same = true;
  size_t next = 0;
  CodePlace place;
  const auto next_sampled = [&]() noexcept {
    while (next < sample.count) {
      if (is_sampled_javascript(sample.of[next++], &place)) return true;
    }
    return false;
  };
  for (size_t i = 0; i < frame_count && same; ++i) {
    if (found[i] != Found::kJavaScript) continue;
    same = next_sampled() ? frame_key(place) == keys[i] : sample.count == kMostFrames;
  }
  // More frames than were walked are V8's only if the walk had no room for them.
  if (same && frame_count < kMostFrames - 1) same = !next_sampled();
  if (!same) count(figures.different);
}

} // namespace

void annotate_stack(const benchmem_walked_frame* frames, size_t frame_count, uint64_t* keys, void*) noexcept {
  if (why_no_js_frames() != nullptr || symbols().try_get_current == nullptr) return;
  Isolate* isolate = symbols().try_get_current();
  CodeListener* listener = isolate == nullptr ? nullptr : code_listeners.find(isolate);
  if (listener == nullptr) return;
  count(figures.stacks);
  std::unique_lock<std::mutex> guard(listener->lock, std::try_to_lock);
  if (!guard.owns_lock()) return count(figures.busy);
  StackReader reader(*listener, isolate);
  if (code_listeners.learner.verdict() == SlotLearner::Verdict::kUndecided) {
    reader.learn(frames, frame_count);
    if (why_no_js_frames() != nullptr) return;
  }
  reader.name(frames, frame_count, keys);
}

AnnotatorFigures annotator_figures() noexcept {
  const auto read = [](const std::atomic<uint64_t>& figure) { return figure.load(std::memory_order_relaxed); };
  return {read(figures.stacks),       read(figures.busy),    read(figures.unlearned), read(figures.unknown),
          read(code_listeners.moves), read(figures.checked), read(figures.different), read(figures.not_sampled)};
}

const char* why_stacks_lack_javascript() noexcept {
  const char* why = why_no_js_frames();
  const bool undecided = code_listeners.learner.verdict() == SlotLearner::Verdict::kUndecided;
  if (why != nullptr || !undecided || figures.unlearned.load(std::memory_order_relaxed) == 0) return why;
  return "no sample of V8's own showed where interpreted frames keep their bytecode";
}

} // namespace benchmem::v8_heap
