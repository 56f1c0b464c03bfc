// Numbers for the functions that V8 names: the same number for all tiers of a function, for the process's whole life.
// Any thread. Must not be asked inside malloc: it allocates.
#ifndef BENCHMEM_V8_HEAP_FUNCTION_NAMES_H_
#define BENCHMEM_V8_HEAP_FUNCTION_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace benchmem::v8_heap {

// What runs at an address.
enum class CodeKind : uint8_t {
  kBytecode, // interpreted: the code is the array of bytecodes
  kCompiled, // JavaScript as machine code, of any tier
  kOther,    // what else V8 compiles while it runs, such as regular expressions
  kBuiltin,  // V8's own machine code, there from the start and never moved: builtins and bytecode handlers
  kWasm,
  kWasmEntry, // a builtin that enters WebAssembly
};

// The script that a function stands in: V8's number for it in one isolate. 0: none, or not known.
struct ScriptKey {
  uint32_t isolate = 0;
  int32_t script = 0;
};

class FunctionNames {
 public:
  static constexpr uint32_t kMost = 0x7fffffff; // a frame's key has 31 bits for the number

  // `v8_name` as in a code event. Functions of two scripts are two, also where their names are equal: that is how
  // evaluated code, which has no url, is told apart.
  uint32_t intern(std::string_view v8_name, CodeKind kind, ScriptKey script);
  size_t count() const;
  std::string name(uint32_t function) const;
  ScriptKey script(uint32_t function) const;

  // The name as V8 has it of the interpreter, whatever compiled it: "JS:*name url:1:2" is "JS:~name url:1:2". Of WebAssembly
  // "JS:name-3-liftoff" is "wasm:name".
  static std::string of_all_tiers(std::string_view v8_name, CodeKind kind);

 private:
  struct Function {
    std::string name;
    ScriptKey script;
  };

  mutable std::mutex lock_;
  std::unordered_map<std::string, uint32_t> numbers_;
  std::deque<Function> functions_;
};

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_FUNCTION_NAMES_H_
