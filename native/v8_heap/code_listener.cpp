// SAFETY: the handler runs inside V8, also on the collector's threads: it touches nothing of the heap, and finds its
// listener by the event's isolate, never by the thread.
#include "v8_heap/code_listener.h"

#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "v8_heap/code_listeners.h"
#include "v8_heap/paused.h"

namespace benchmem::v8_heap {
namespace {

constexpr size_t kLongestName = size_t{1} << 20;
constexpr char kTrampoline[] = "Builtin:InterpreterEntryTrampoline";

// Starting and ending, of all isolates.
std::mutex life_lock;
std::atomic<uint64_t> events_of_nobody{0};
// What other threads are to do: 0 nothing, 1 listen, 2 listen where V8 inlines.
std::atomic<int> followed{0};

using Positions = std::vector<CodePosition>;

uintptr_t address_of(const void* pointer) noexcept { return reinterpret_cast<uintptr_t>(pointer); }

bool begins_with(std::string_view text, std::string_view begin) { return text.substr(0, begin.size()) == begin; }

CodeKind kind_of(int code_type, std::string_view name) {
  if (code_type == kByteCode) return CodeKind::kBytecode;
  if (code_type == kWasmCode) return CodeKind::kWasm;
  if (begins_with(name, "BytecodeHandler:")) return CodeKind::kBuiltin;
  if (begins_with(name, "Builtin:")) {
    return name.find("JSToWasm") == std::string_view::npos ? CodeKind::kBuiltin : CodeKind::kWasmEntry;
  }
  if (begins_with(name, "Stub:js-to-wasm")) return CodeKind::kWasm;
  const bool of_a_script = begins_with(name, "JS:") || begins_with(name, "Script:") || begins_with(name, "Eval:");
  return of_a_script ? CodeKind::kCompiled : CodeKind::kOther;
}

bool looks_right(const JitCodeEvent& event) noexcept {
  if (event.kind < kCodeAdded || event.kind > kPositionsEnd) return false;
  if (event.code_type < kByteCode || event.code_type > kWasmCode) return false;
  if (event.kind != kCodeAdded) return true;
  return event.name.text != nullptr && event.name.length <= kLongestName;
}

void add_code(CodeListener& listener, const JitCodeEvent& event) {
  const std::string_view name(event.name.text, event.name.length);
  const CodeKind kind = kind_of(event.code_type, name);
  ScriptKey script;
  if (event.script != nullptr && symbols().script_id != nullptr) {
    script = {listener.number, symbols().script_id(event.script)};
  }
  const uint32_t function = code_listeners.names.load(std::memory_order_acquire)->intern(name, kind, script);
  if (function >= FunctionNames::kMost) return;
  if (kind == CodeKind::kBuiltin && name == kTrampoline) listener.trampoline = function;
  listener.map.add(address_of(event.code_start), event.code_bytes, kind, function);
}

// WHY: user_data carries it, because other threads' events may come between a start and its end.
void start_positions(const JitCodeEvent& event) {
  const_cast<JitCodeEvent&>(event).user_data = new (std::nothrow) Positions;
}

void note_position(const JitCodeEvent& event) {
  auto* positions = static_cast<Positions*>(event.user_data);
  if (positions == nullptr || event.position.type != 0 || event.position.offset > UINT32_MAX) return;
  const size_t position = event.position.position;
  positions->push_back({static_cast<uint32_t>(event.position.offset),
                        position < UINT32_MAX ? static_cast<uint32_t>(position) : UINT32_MAX});
}

void end_positions(CodeListener& listener, const JitCodeEvent& event) {
  auto* positions = static_cast<Positions*>(event.user_data);
  if (positions == nullptr) return;
  const bool wanted = event.code_type == kByteCode || (event.code_type == kJitCode && !listener.inlines);
  if (wanted) listener.map.set_positions(address_of(event.code_start), std::move(*positions));
  delete positions;
}

void take_event(CodeListener& listener, const JitCodeEvent& event) {
  if (!looks_right(event)) {
    ++listener.strange_events;
    return;
  }
  switch (event.kind) {
    case kCodeAdded: return add_code(listener, event);
    case kCodeMoved:
      code_listeners.moves.fetch_add(1, std::memory_order_relaxed);
      return listener.map.move(address_of(event.code_start), event.code_bytes, address_of(event.new_start));
    case kCodeRemoved: return listener.map.remove(address_of(event.code_start), event.code_bytes);
    case kPositionsStart: return start_positions(event);
    case kPosition: return note_position(event);
    default: return end_positions(listener, event);
  }
}

void on_event(const JitCodeEvent* event) noexcept {
  CodeListener* listener = event->isolate == nullptr ? nullptr : code_listeners.find(event->isolate);
  if (listener == nullptr) {
    events_of_nobody.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  Paused paused(*listener->abi);
  std::lock_guard<std::mutex> guard(listener->lock);
  take_event(*listener, *event);
}

void refuse(const char* why) noexcept {
  const char* none = nullptr;
  code_listeners.refusal.compare_exchange_strong(none, why, std::memory_order_acq_rel);
}

CodeListener* free_listener_locked(const Isolate* isolate) noexcept {
  CodeListener* unused = nullptr;
  for (CodeListener* each = code_listeners.first.load(std::memory_order_relaxed); each != nullptr; each = each->next) {
    if (each->isolate.load(std::memory_order_relaxed) != nullptr) continue;
    if (each->numbered == isolate) return each;
    if (each->numbered == nullptr) unused = each;
  }
  if (unused != nullptr) return unused;
  auto* made = new (std::nothrow) CodeListener;
  if (made == nullptr) return nullptr;
  made->next = code_listeners.first.load(std::memory_order_relaxed);
  code_listeners.first.store(made, std::memory_order_release);
  return made;
}

bool make_names_locked() noexcept {
  if (code_listeners.names.load(std::memory_order_relaxed) != nullptr) return true;
  code_listeners.names.store(new (std::nothrow) FunctionNames, std::memory_order_release);
  return code_listeners.names.load(std::memory_order_relaxed) != nullptr;
}

// Null when V8's account of its own existing code is what this file takes it for.
const char* doubt_of_events(CodeListener& listener, uint64_t nobodys_before) noexcept {
  std::lock_guard<std::mutex> guard(listener.lock);
  if (events_of_nobody.load(std::memory_order_relaxed) != nobodys_before || listener.strange_events > 0) {
    return "v8::JitCodeEvent has another layout here: an event names no isolate or kind of code that is known";
  }
  if (listener.trampoline == kNoFunction) {
    return "V8 does not name the code of its interpreter here, so that interpreted functions cannot be recognised";
  }
  return nullptr;
}

void end_listening_locked(CodeListener& listener) noexcept {
  Paused paused(*listener.abi);
  symbols().set_jit_code_event_handler(listener.isolate.load(std::memory_order_relaxed), kOnlyFromNowOn, nullptr);
  std::lock_guard<std::mutex> guard(listener.lock);
  listener.isolate.store(nullptr, std::memory_order_release);
  listener.map.clear();
  listener.trampoline = kNoFunction;
  listener.strange_events = 0;
}

} // namespace

bool listen_to_code(const benchmem_abi& abi, const ListeningOptions& options) noexcept {
  static uint32_t last_number = 0;
  if (why_no_js_frames() != nullptr) return false;
  if (symbols().set_jit_code_event_handler == nullptr || symbols().get_stack_sample == nullptr) {
    refuse("this runtime's V8 has no v8::Isolate::SetJitCodeEventHandler or GetStackSample that benchmem knows");
    return false;
  }
  Isolate* isolate = symbols().try_get_current == nullptr ? nullptr : symbols().try_get_current();
  if (isolate == nullptr) return false;
  Paused paused(abi);
  std::lock_guard<std::mutex> guard(life_lock);
  if (code_listeners.find(isolate) != nullptr) return true;
  CodeListener* listener = make_names_locked() ? free_listener_locked(isolate) : nullptr;
  if (listener == nullptr) return false;
  listener->abi = &abi;
  if (listener->numbered != isolate) listener->number = ++last_number;
  listener->numbered = isolate;
  listener->inlines = options.inlines;
  followed.store(options.inlines ? 2 : 1, std::memory_order_relaxed);
  listener->isolate.store(isolate, std::memory_order_release);
  const uint64_t nobodys = events_of_nobody.load(std::memory_order_relaxed);
  symbols().set_jit_code_event_handler(isolate, kExistingToo, on_event);
  const char* doubt = doubt_of_events(*listener, nobodys);
  if (doubt == nullptr) return true;
  refuse(doubt);
  end_listening_locked(*listener);
  return false;
}

void follow_listening(const benchmem_abi& abi, Isolate* isolate) noexcept {
  const int wanted = followed.load(std::memory_order_relaxed);
  if (wanted == 0) {
    stop_listening(isolate);
  } else {
    static_cast<void>(listen_to_code(abi, {wanted == 2}));
  }
}

void let_nobody_follow() noexcept { followed.store(0, std::memory_order_relaxed); }

void stop_listening(Isolate* isolate) noexcept {
  if (isolate == nullptr) return;
  std::lock_guard<std::mutex> guard(life_lock);
  CodeListener* listener = code_listeners.find(isolate);
  if (listener != nullptr) end_listening_locked(*listener);
}

void end_listening(Isolate* isolate) noexcept {
  if (isolate == nullptr) return;
  stop_listening(isolate);
  std::lock_guard<std::mutex> guard(life_lock);
  CodeListener* each = code_listeners.first.load(std::memory_order_relaxed);
  for (; each != nullptr; each = each->next) {
    if (each->numbered == isolate) each->numbered = nullptr;
  }
}

const char* why_no_js_frames() noexcept {
  const char* refusal = code_listeners.refusal.load(std::memory_order_acquire);
  if (refusal != nullptr || code_listeners.learner.verdict() != SlotLearner::Verdict::kRefused) return refusal;
  return "this V8 keeps the bytecode of interpreted frames where benchmem does not know: its own samples disagree";
}

const FunctionNames* function_names() noexcept { return code_listeners.names.load(std::memory_order_acquire); }

uint32_t isolate_number(const Isolate* isolate) noexcept {
  const CodeListener* listener = isolate == nullptr ? nullptr : code_listeners.find(isolate);
  return listener == nullptr ? 0 : listener->number;
}

} // namespace benchmem::v8_heap
