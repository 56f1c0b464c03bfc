// Walks through code of every kind (test/addons/frames): each compiled with and without unwind tables and frame
// pointers. The expected functions are written beside the code; above them the stack is this test's own.
#include <doctest/doctest.h>

#include <dlfcn.h>
#include <pthread.h>
#include <string>

#include "../addons/frames/kinds.h"
#include "callers/machine.h"
#include "callers_walked_stack.h"

using namespace benchmem;
using walk_test::Addresses;
using walk_test::seen;

namespace {

constexpr const char* kVariants[] = {"tables", "tables-pointers", "bare", "bare-small", "bare-pointers"};

std::string addon_of(const std::string& variant) {
  const std::string here = __FILE__;
  return here.substr(0, here.find("test/native/")) + "build/test-addons/frames-" + variant + ".node";
}

// The functions of one object on the walked stack, leaf first: what the loader calls them.
struct Functions {
  std::string names;
  bool all_from_code = true, all_from_pointer = true, all_from_table = true;
};

Functions functions_of(const std::string& path) {
  Functions functions;
  for (const WalkedFrame& frame : seen.frames) {
    Dl_info info{};
    const bool found = dladdr(static_cast<const char*>(frame.pc) - 1, &info) != 0;
    if (!found || path != info.dli_fname) continue;
    functions.names +=
        (functions.names.empty() ? "" : " ") + std::string(info.dli_sname == nullptr ? "?" : info.dli_sname);
    functions.all_from_code &= frame.rule == kFromCode;
    functions.all_from_pointer &= frame.rule == kFromPointer;
    functions.all_from_table &= frame.rule == kFromTable;
  }
  return functions;
}

// Its own frame ends the part that a kind adds to the stack.
__attribute__((noinline)) void run(void (*body)(Leaf), Addresses* outer) {
  walk_test::hooked_with(walk_test::kRoom);
  // The first frame is this one's, at another call.
  outer->assign(seen.walked.begin() + 1, seen.walked.end());
  body([] { walk_test::hooked_with(walk_test::kRoom); });
}

void check_kind(const std::string& path, const FrameKind& kind, bool is_bare) {
  INFO(path, ": ", std::string(kind.name));
  Addresses outer;
  run(kind.run, &outer);
  CHECK(seen.end == WalkEnd::kOutermost);
  const Functions functions = functions_of(path);
  CHECK(functions.names == kind.expected);
  if (!is_bare) CHECK(functions.all_from_table);
  if (is_bare) CHECK((callers::kOwn.has_readable_code ? functions.all_from_code : functions.all_from_pointer));
  REQUIRE(seen.walked.size() > outer.size());
  CHECK(Addresses(seen.walked.end() - static_cast<ptrdiff_t>(outer.size()), seen.walked.end()) == outer);
}

class Addon {
 public:
  explicit Addon(const std::string& variant) : path_(addon_of(variant)) {
    handle_ = dlopen(path_.c_str(), RTLD_LAZY | RTLD_LOCAL);
    REQUIRE_MESSAGE(handle_ != nullptr, "npm run build -- addons makes ", path_, ": ",
                    std::string(handle_ == nullptr ? dlerror() : ""));
    refresh_callers(); // as the hooks of dlopen and dlclose do
    kind_ = reinterpret_cast<decltype(&frames_kind)>(dlsym(handle_, "frames_kind"));
    REQUIRE((kind_ != nullptr));
  }
  ~Addon() {
    dlclose(handle_);
    refresh_callers();
  }
  Addon(const Addon&) = delete;
  Addon& operator=(const Addon&) = delete;

  const std::string& path() const { return path_; }
  const FrameKind* kind(size_t index) const { return kind_(index); }

 private:
  std::string path_;
  void* handle_ = nullptr;
  const FrameKind* (*kind_)(size_t) = nullptr;
};

void check_variant(const std::string& variant) {
  const bool is_bare = variant.rfind("bare", 0) == 0, has_pointers = variant.find("pointers") != std::string::npos;
  if (is_bare && !has_pointers && !callers::kOwn.has_readable_code) return; // nothing says how to leave its frames
  const Addon addon(variant);
  size_t count = 0;
  bool has_rust = false;
  for (const FrameKind* kind; (kind = addon.kind(count)) != nullptr; ++count) {
    check_kind(addon.path(), *kind, is_bare);
    has_rust |= std::string(kind->expected).find("rust_") != std::string::npos;
  }
  CHECK(count >= 17);
  if (!has_rust) MESSAGE("skipped: kinds in Rust, because there is no rustc");
}

} // namespace

TEST_CASE("code of every kind is walked through, function by function, with and without unwind tables") {
  for (const char* variant : kVariants) check_variant(variant);
  for (const char* variant : kVariants) check_variant(variant); // at the same addresses again, mostly
}

TEST_CASE("code of every kind is walked through on a thread") {
  const auto body = [](void*) -> void* {
    check_variant("bare");
    return nullptr;
  };
  pthread_t thread;
  REQUIRE(pthread_create(&thread, nullptr, body, nullptr) == 0);
  pthread_join(thread, nullptr);
}
