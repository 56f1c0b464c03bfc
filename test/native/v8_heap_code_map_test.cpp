// The map of one isolate's code, by events in the order in which V8 sends them: no V8.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "v8_heap/code_map.h"
#include "v8_heap/function_names.h"

using namespace benchmem::v8_heap;

namespace {

// "function@position" of what lies at the address; "nothing" where there is no code.
std::string at(CodeMap& map, uintptr_t address) {
  CodePlace place;
  if (!map.find(address, &place)) return "nothing";
  const std::string position = place.position_plus_one == 0 ? "?" : std::to_string(place.position_plus_one - 1);
  return std::to_string(place.function) + "@" + position;
}

} // namespace

TEST_CASE("an address is of the code whose range holds it") {
  CodeMap map;
  map.add(0x1000, 0x10, CodeKind::kBytecode, 1);
  map.add(0x1010, 0x10, CodeKind::kCompiled, 2);
  CHECK(at(map, 0xfff) == "nothing");
  CHECK(at(map, 0x1000) == "1@?");
  CHECK(at(map, 0x100f) == "1@?");
  CHECK(at(map, 0x1010) == "2@?");
  CHECK(at(map, 0x1020) == "nothing");
}

TEST_CASE("code is at the last position that begins at or before it") {
  CodeMap map;
  map.set_positions(0x1000, {{4, 40}, {4, 41}, {9, 0}, {12, UINT32_MAX}});
  map.add(0x1000, 0x10, CodeKind::kBytecode, 1);
  CHECK(at(map, 0x1003) == "1@?");
  CHECK(at(map, 0x1004) == "1@41");
  CHECK(at(map, 0x1008) == "1@41");
  CHECK(at(map, 0x1009) == "1@0");
  CHECK(at(map, 0x100c) == "1@?");
}

TEST_CASE("positions in another order are sorted") {
  CodeMap map;
  map.set_positions(0x1000, {{9, 90}, {0, 1}});
  map.add(0x1000, 0x10, CodeKind::kCompiled, 1);
  CHECK(at(map, 0x1000) == "1@1");
  CHECK(at(map, 0x100a) == "1@90");
}

TEST_CASE("functions that were compiled at once are named after all of their positions") {
  CodeMap map;
  map.set_positions(0x1000, {{0, 10}});
  map.set_positions(0x2000, {{0, 20}});
  map.add(0x1000, 8, CodeKind::kBytecode, 1);
  map.add(0x2000, 8, CodeKind::kBytecode, 2);
  CHECK(at(map, 0x1000) == "1@10");
  CHECK(at(map, 0x2000) == "2@20");
}

TEST_CASE("positions of code that was never named are not those of the next code at its address") {
  CodeMap map;
  map.set_positions(0x1000, {{0, 10}});
  map.set_positions(0x2000, {{0, 20}});
  map.add(0x1000, 8, CodeKind::kBytecode, 1);
  SUBCASE("because they are dropped with the next compilation") {
    map.set_positions(0x3000, {{0, 30}});
    map.add(0x3000, 8, CodeKind::kBytecode, 3);
    map.add(0x2000, 8, CodeKind::kBytecode, 2);
    CHECK(at(map, 0x2000) == "2@?");
  }
  SUBCASE("because they would lie behind its end") {
    map.set_positions(0x2000, {{0, 20}, {8, 21}});
    map.add(0x2000, 8, CodeKind::kBytecode, 2);
    CHECK(at(map, 0x2000) == "2@?");
  }
}

TEST_CASE("newer code takes the place of all code that it overlaps, whose positions go with it") {
  CodeMap map;
  map.set_positions(0x1000, {{0, 10}});
  map.add(0x1000, 0x10, CodeKind::kBytecode, 1);
  map.add(0x1010, 0x10, CodeKind::kBytecode, 2);
  map.add(0x1030, 0x10, CodeKind::kBytecode, 3);
  CHECK(at(map, 0x100f) == "1@10");
  map.add(0x1008, 0x10, CodeKind::kCompiled, 4);
  CHECK(at(map, 0x1000) == "nothing");
  CHECK(at(map, 0x1008) == "4@?");
  CHECK(at(map, 0x101f) == "nothing");
  CHECK(at(map, 0x1030) == "3@?");
  map.add(0x1000, 8, CodeKind::kBytecode, 5);
  CHECK(at(map, 0x1000) == "5@?");
}

TEST_CASE("builtins stay, whatever is named at their address") {
  CodeMap map;
  map.add(0x1000, 0x100, CodeKind::kBuiltin, 1);
  map.add(0x1100, 0x100, CodeKind::kWasmEntry, 2);
  map.add(0x1000, 12, CodeKind::kCompiled, 3);
  map.add(0x10f8, 0x10, CodeKind::kCompiled, 3);
  map.add(0x1180, 0x100, CodeKind::kCompiled, 3);
  CHECK(at(map, 0x1000) == "1@?");
  CHECK(at(map, 0x10ff) == "1@?");
  CHECK(at(map, 0x1180) == "2@?");
  CHECK(map.size() == 2);
}

TEST_CASE("moved code keeps its function and positions, and leaves nothing behind") {
  CodeMap map;
  map.set_positions(0x1000, {{0, 10}});
  map.add(0x1000, 0x10, CodeKind::kBytecode, 1);
  map.add(0x5000, 0x10, CodeKind::kBytecode, 2);
  CHECK(at(map, 0x1004) == "1@10");
  map.move(0x1000, 0x10, 0x5008);
  CHECK(at(map, 0x1004) == "nothing");
  CHECK(at(map, 0x5000) == "nothing");
  CHECK(at(map, 0x5008) == "1@10");
  CHECK(at(map, 0x5017) == "1@10");
  map.move(0x5008, 0x10, 0x5000); // onto itself
  CHECK(at(map, 0x5000) == "1@10");
  CHECK(at(map, 0x5010) == "nothing");
}

TEST_CASE("code moves before V8 names it, and its positions with it") {
  CodeMap map;
  map.set_positions(0x1000, {{0, 10}});
  map.move(0x1000, 8, 0x2000);
  map.add(0x2000, 8, CodeKind::kBytecode, 1);
  map.add(0x1000, 8, CodeKind::kBytecode, 2);
  CHECK(at(map, 0x2000) == "1@10");
  CHECK(at(map, 0x1000) == "2@?");
}

TEST_CASE("what lay where unknown code moves is dead") {
  CodeMap map;
  map.add(0x2000, 8, CodeKind::kBytecode, 1);
  map.move(0x1000, 8, 0x2004);
  CHECK(at(map, 0x2000) == "nothing");
  CHECK(at(map, 0x2004) == "nothing");
}

TEST_CASE("removed code is found no more, asked for before or not") {
  CodeMap map;
  map.add(0x1000, 8, CodeKind::kCompiled, 1);
  CHECK(at(map, 0x1004) == "1@?");
  map.remove(0x1000, 0);
  CHECK(at(map, 0x1004) == "nothing");
  map.add(0x1000, 8, CodeKind::kCompiled, 2);
  CHECK(at(map, 0x1004) == "2@?");
  map.clear();
  CHECK(at(map, 0x1004) == "nothing");
  CHECK(map.size() == 0);
}

TEST_CASE("ranges that cannot be are none") {
  CodeMap map;
  map.add(0x1000, 0, CodeKind::kCompiled, 1);
  map.add(UINTPTR_MAX - 4, 8, CodeKind::kCompiled, 1);
  map.add(0x1000, CodeMap::kMostCodeBytes + 1, CodeKind::kCompiled, 1);
  CHECK(map.size() == 0);
  map.add(0x1000, 8, CodeKind::kCompiled, 1);
  map.move(0x1000, SIZE_MAX, UINTPTR_MAX);
  CHECK(at(map, 0x1000) == "nothing");
}

namespace {

// The same by a list that is searched from end to end.
struct ListedCode {
  uintptr_t start, end;
  uint32_t function;
  uint32_t position; // of all of it
  bool stays;
};
struct CodeList {
  std::vector<ListedCode> codes;

  void erase(uintptr_t start, uintptr_t end) {
    codes.erase(std::remove_if(codes.begin(), codes.end(),
                               [=](const ListedCode& each) { return each.start < end && start < each.end; }),
                codes.end());
  }
  void add(const ListedCode& code) {
    for (const ListedCode& each : codes) {
      if (each.stays && !code.stays && each.start < code.end && code.start < each.end) return;
    }
    erase(code.start, code.end);
    codes.push_back(code);
  }
  void move(uintptr_t from, size_t bytes, uintptr_t to) {
    const auto at =
        std::find_if(codes.begin(), codes.end(), [=](const ListedCode& each) { return each.start == from; });
    const bool known = at != codes.end();
    ListedCode code = known ? *at : ListedCode{from, from + bytes, 0, 0, false};
    if (known) codes.erase(at);
    code = {to, to + (code.end - code.start), code.function, code.position, code.stays};
    erase(code.start, code.end);
    if (known) codes.push_back(code);
  }
  std::string at(uintptr_t address) const {
    for (const ListedCode& each : codes) {
      if (each.start <= address && address < each.end) {
        return std::to_string(each.function) + "@" + std::to_string(each.position);
      }
    }
    return "nothing";
  }
};

} // namespace

TEST_CASE("random events leave what a list of them has") {
  std::mt19937 random(20);
  const auto below = [&](uint32_t limit) { return random() % limit; };
  for (int script = 0; script < 200; ++script) {
    CodeMap map;
    CodeList list;
    for (uint32_t event = 0; event < 300; ++event) {
      const uintptr_t start = 0x1000 + below(512), to = 0x1000 + below(512);
      const size_t bytes = 1 + below(40);
      const uint32_t kind = below(20);
      if (kind < 12) {
        const bool stays = kind == 0;
        map.set_positions(start, {{0, event}});
        map.add(start, bytes, stays ? CodeKind::kBuiltin : CodeKind::kBytecode, event);
        list.add({start, start + bytes, event, event, stays});
      } else if (kind < 18) {
        map.move(start, bytes, to);
        list.move(start, bytes, to);
      } else {
        map.remove(start, bytes);
        list.erase(start, start + bytes);
      }
      for (int probe = 0; probe < 4; ++probe) {
        const uintptr_t address = 0x0ff0 + below(600);
        REQUIRE(at(map, address) == list.at(address));
      }
    }
    REQUIRE(map.size() == list.codes.size());
  }
}

TEST_CASE("all tiers of a function have one name") {
  const auto name = [](const char* text, CodeKind kind) { return FunctionNames::of_all_tiers(text, kind); };
  CHECK(name("JS:~run file:///a.mjs:1:2", CodeKind::kBytecode) == "JS:~run file:///a.mjs:1:2");
  for (const char* compiled : {"JS:*run a:1:2", "JS:*'run a:1:2", "JS:+run a:1:2", "JS:+'run a:1:2", "JS:^run a:1:2"}) {
    CAPTURE(compiled);
    CHECK(name(compiled, CodeKind::kCompiled) == "JS:~run a:1:2");
  }
  CHECK(name("JS:~~odd *name a:1:2", CodeKind::kBytecode) == "JS:~~odd *name a:1:2");
  CHECK(name("JS:~ a:1:2", CodeKind::kBytecode) == "JS:~ a:1:2");
  CHECK(name("JS:~", CodeKind::kBytecode) == "JS:~");
  CHECK(name("Script:~ node:vm", CodeKind::kBytecode) == "Script:~ node:vm");
  CHECK(name("Eval:~ :1:1", CodeKind::kBytecode) == "Eval:~ :1:1");
  CHECK(name("Builtin:ArrayMap", CodeKind::kBuiltin) == "Builtin:ArrayMap");
  CHECK(name("RegExp:ab+c", CodeKind::kOther) == "RegExp:ab+c");
  CHECK(name("", CodeKind::kOther).empty());
}

TEST_CASE("a function of WebAssembly has its own name, without its index and compiler") {
  const auto name = [](const char* text) { return FunctionNames::of_all_tiers(text, CodeKind::kWasm); };
  CHECK(name("JS:run-1-liftoff") == "wasm:run");
  CHECK(name("JS:run-1-turbofan") == "wasm:run");
  CHECK(name("JS:a-2-b-13-liftoff") == "wasm:a-2-b");
  CHECK(name("JS:wasm-function[3]-3-liftoff") == "wasm:wasm-function[3]");
  CHECK(name("JS:-liftoff") == "wasm:");
  CHECK(name("JS:7-liftoff") == "wasm:7");
  CHECK(name("JS:run") == "wasm:run");
  CHECK(name("JS:wasm-to-js::-imp-0-turbofan") == "Builtin:WasmToJsWrapper");
}

TEST_CASE("functions have numbers by name and script") {
  FunctionNames names;
  const uint32_t first = names.intern("JS:~f :1:2", CodeKind::kBytecode, {1, 7});
  CHECK(names.intern("JS:*f :1:2", CodeKind::kCompiled, {1, 7}) == first);
  const uint32_t second = names.intern("JS:~f :1:2", CodeKind::kBytecode, {1, 8});
  const uint32_t third = names.intern("JS:~f :1:2", CodeKind::kBytecode, {2, 7});
  const uint32_t builtin = names.intern("Builtin:ArrayMap", CodeKind::kBuiltin, {});
  CHECK(names.intern("Builtin:ArrayMap", CodeKind::kBuiltin, {}) == builtin);
  CHECK(names.count() == 4);
  CHECK(names.name(second) == "JS:~f :1:2");
  CHECK(names.script(second).script == 8);
  CHECK(names.script(third).isolate == 2);
  CHECK(names.name(4).empty());
}
