// Answering whose a return address is: from the cache, from what is known of the loaded objects, or by the frames above.

#include "callers/callers.h"

#include <pthread.h>

#include "callers/callers_inline.h"
#include "callers/frame_rule.h"
#include "callers/frame_step.h"
#include "callers/known_objects.h"
#include "callers/walk_cache.h"
#include "kernel/raw_pages.h"

namespace benchmem {

namespace callers {

namespace {

uint32_t frame_rule_of(const LoadedObject& object, uintptr_t pc) noexcept {
  return find_frame_rule(unwind_image_of(object), pc).packed();
}

// What is asked of a return address: whose it is, or how to leave its frame whoever's it is.
enum class Wanted { kOwner, kFrameRule };

// With the lock held. False: no known object holds the address.
bool answer_known(const void* return_address, Wanted wanted, Answer* out) noexcept {
  const uintptr_t pc = reinterpret_cast<uintptr_t>(return_address) - 1; // inside the call instruction
  const LoadedObject* const object = known.objects.find(pc);
  if (object == nullptr) return false;
  const CodeKind kind = known.engine.hold(pc) ? known.engine.kind_of(pc) : CodeKind::kProgram;
  out->object = is_engine(kind) ? kEngineObject : object->id;
  const bool steps = object->on_behalf || kind == CodeKind::kOnBehalf || wanted == Wanted::kFrameRule;
  out->frame_rule = steps ? frame_rule_of(*object, pc) : 0;
  remember(return_address, *out);
  return true;
}

__attribute__((cold)) Answer resolve(const void* return_address, Wanted wanted) noexcept {
  ErrnoGuard errno_guard;
  Answer answer;
  LoaderCounts scanned;
  {
    LockGuard guard(known.lock);
    if (answer_known(return_address, wanted, &answer)) return answer;
    scanned = known.scanned;
  }
  if (loader_has_changed(scanned)) scan_objects();
  LockGuard guard(known.lock);
  if (answer_known(return_address, wanted, &answer)) return answer;
  answer.object = known.objects.overflowed() ? kOtherObjects : kUnknownObject;
  remember(return_address, answer);
  return answer;
}

Answer answer_for(const void* return_address, Wanted wanted) noexcept {
  Answer answer;
  return look_up(return_address, &answer) ? answer : resolve(return_address, wanted);
}

// A frame of our own between the hooked entry point and here.
struct OwnFrame {
  CallSite site;
  uintptr_t frame_pointer; // its caller's
};

// The frame pointer that the hooked call's caller had. WHY: the entry point need not have kept it anywhere
// particular, so our own frames are walked from where it is known. Their return addresses belong to no hooked
// call: to cache them with their frame rules misleads nobody.
bool recover_frame_pointer(const OwnFrame& own, const CallSite& site, FrameWalk* out) noexcept {
  constexpr int kMaxOwnFrames = 8;
  const uintptr_t goal = reinterpret_cast<uintptr_t>(site.stack);
  const void* return_address = own.site.return_address;
  FrameWalk walk(own.site.stack);
  walk.set_frame_pointer(own.frame_pointer);
  for (int frame = 0; frame != kMaxOwnFrames && walk.stack() < goal; ++frame) {
    const Answer answer = answer_for(return_address, Wanted::kFrameRule);
    if (!walk.step(FrameRule::unpack(answer.frame_rule))) return false;
    return_address = walk.return_address();
  }
  if (walk.stack() != goal) return false;
  out->set_frame_pointer(walk.frame_pointer());
  return true;
}

// The first caller that is not on behalf of another; the library itself where the frames do not lead there.
ObjectId follow_frames(const CallSite& site, Answer answer, const OwnFrame& own) noexcept {
  constexpr int kMaxFrames = 16; // the loader needs 13 from its allocation to dlopen's caller
  const ObjectId library = answer.object;
  FrameWalk walk(site.stack);
  for (int frame = 0; frame != kMaxFrames; ++frame) {
    const FrameRule rule = FrameRule::unpack(answer.frame_rule);
    if (rule.from_frame_pointer && !walk.knows_frame_pointer() && !recover_frame_pointer(own, site, &walk)) {
      return library;
    }
    if (!walk.step(rule)) return library;
    answer = answer_for(walk.return_address(), Wanted::kOwner);
    if (answer.object == kUnknownObject) return library;
    if (answer.frame_rule == 0) return answer.object;
  }
  return library;
}

// The kind of the code at a return address, and how to leave its frame. With the lock held; false: unknown.
// WHY: the answer is not remembered, because a call that ends in a jump to malloc has a return address that the cache
// may hold.
bool look_at_frame(const void* return_address, CodeKind* kind, FrameRule* rule) noexcept {
  const uintptr_t pc = reinterpret_cast<uintptr_t>(return_address) - 1;
  const LoadedObject* const object = known.objects.find(pc);
  if (object == nullptr) return false;
  *kind = known.engine.hold(pc) ? known.engine.kind_of(pc) : CodeKind::kProgram;
  *rule = FrameRule::unpack(frame_rule_of(*object, pc));
  return true;
}

bool walk_reaches_backing_store(const CallSite& site, const OwnFrame& own) noexcept {
  // WHY: it looks no deeper, because 4 to 6 frames lead from BackingStore to mmap, 15 and more from a collection that
  // it causes.
  constexpr int kMaxFrames = 12;
  const void* return_address = site.return_address;
  FrameWalk walk(site.stack);
  for (int frame = 0; frame != kMaxFrames; ++frame) {
    CodeKind kind = CodeKind::kProgram;
    FrameRule rule;
    {
      LockGuard guard(known.lock);
      if (!look_at_frame(return_address, &kind, &rule)) return false;
    }
    if (kind == CodeKind::kBackingStore) return true;
    if (rule.from_frame_pointer && !walk.knows_frame_pointer() && !recover_frame_pointer(own, site, &walk)) {
      return false;
    }
    if (!walk.step(rule)) return false;
    return_address = walk.return_address();
  }
  return false;
}

} // namespace

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wframe-address"
// Asking for the outer frame's address makes compilers keep a frame pointer here.
ObjectId classify_miss(CallSite site) noexcept {
  const Answer answer = answer_for(site.return_address, Wanted::kOwner);
  if (answer.frame_rule == 0) return answer.object;
  const OwnFrame own{{__builtin_return_address(0), __builtin_dwarf_cfa()},
                     reinterpret_cast<uintptr_t>(__builtin_frame_address(1))};
  return follow_frames(site, answer, own);
}

__attribute__((noinline)) bool reaches_backing_store(CallSite site) noexcept {
  const OwnFrame own{{__builtin_return_address(0), __builtin_dwarf_cfa()},
                     reinterpret_cast<uintptr_t>(__builtin_frame_address(1))};
  return walk_reaches_backing_store(site, own);
}
#pragma GCC diagnostic pop

} // namespace callers

bool called_for_backing_store(const CallSite& site) noexcept {
  ErrnoGuard errno_guard;
  const bool answer = callers::reaches_backing_store(site);
  return answer;
}

bool callers_are_prepared() noexcept { return callers::known.prepared.load(std::memory_order_acquire); }

ObjectId classify(const CallSite& site) noexcept { return classify_inline(site); }

// WHY: whoever comes does the work before the lock is taken, because to wait for another thread's could deadlock with
// the loader's lock. The first one's result stays.
void prepare_callers(void* room, size_t room_bytes) noexcept {
  using namespace callers;
  if (known.prepared.load(std::memory_order_acquire)) return;
  ErrnoGuard errno_guard;
  if (!known.watches_forks.exchange(true)) pthread_atfork(nullptr, nullptr, after_fork_in_child);
  scan_objects();
  EngineRanges surplus = find_engine({static_cast<uint8_t*>(room), room_bytes});
  {
    LockGuard guard(known.lock);
    if (!known.prepared.load(std::memory_order_relaxed)) {
      known.engine = surplus;
      surplus = {};
      forget_everything();
      walk_cache.forget_everything();
      known.prepared.store(true, std::memory_order_release);
    }
  }
  release_engine(surplus);
}

void refresh_callers() noexcept {
  ErrnoGuard errno_guard;
  callers::scan_objects();
}

const char* object_path(ObjectId id) noexcept {
  if (id == kEngineObject) return "";
  if (id == kOtherObjects) return "[other objects]";
  const char* const path = callers::known.objects.ids().path(id);
  return path == nullptr ? "[unknown]" : path;
}

bool is_executable(ObjectId id) noexcept { return id != kEngineObject && *object_path(id) == '\0'; }

const char* object_file(ObjectId id, uintptr_t* base) noexcept {
  LockGuard guard(callers::known.lock);
  const callers::ObjectIds& ids = callers::known.objects.ids();
  unsigned own = id;
  // The engine's code is the executable's, whose own id is another.
  for (unsigned each = callers::ObjectIds::kFirst; id == kEngineObject && each <= callers::ObjectIds::kLast; ++each) {
    const char* const path = ids.path(static_cast<ObjectId>(each));
    if (path != nullptr && *path == '\0') own = each;
  }
  *base = ids.load_address(static_cast<ObjectId>(own));
  return ids.path(static_cast<ObjectId>(own));
}

uint64_t moved_objects() noexcept {
  LockGuard guard(callers::known.lock);
  return callers::known.objects.ids().moves();
}

CallerStatistics caller_statistics() noexcept {
  LockGuard guard(callers::known.lock);
  const callers::EngineRanges& engine = callers::known.engine;
  return {engine.found(), static_cast<uint32_t>(engine.engine_runs)};
}

} // namespace benchmem
