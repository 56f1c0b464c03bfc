// The marks are those of V8's CodeKindToMarker: ~ interpreted, ^ baseline, + Maglev, * TurboFan; ' after the last two.
#include "v8_heap/function_names.h"

namespace benchmem::v8_heap {
namespace {

constexpr std::string_view kTagsOfScripts[] = {"JS:", "Script:", "Eval:"};

// Compiled code that goes from WebAssembly to an imported function of JavaScript, as some builtins do.
constexpr std::string_view kToImport = "wasm-to-js";
constexpr char kWrapper[] = "Builtin:WasmToJsWrapper";

// What V8 calls a function of WebAssembly: its name, its index, the compiler.
std::string_view without_compiler(std::string_view name) {
  for (std::string_view compiler : {"-liftoff", "-turbofan"}) {
    if (name.size() < compiler.size() || name.substr(name.size() - compiler.size()) != compiler) continue;
    std::string_view rest = name.substr(0, name.size() - compiler.size());
    size_t digits = rest.size();
    while (digits > 0 && rest[digits - 1] >= '0' && rest[digits - 1] <= '9') --digits;
    const bool indexed = digits < rest.size() && digits > 0 && rest[digits - 1] == '-';
    return indexed ? rest.substr(0, digits - 1) : rest;
  }
  return name;
}

size_t mark_length(std::string_view name, CodeKind kind) {
  if (name.empty()) return 0;
  // WHY: the kind decides, because a function may be called "~x", and only one mark is V8's.
  if (kind == CodeKind::kBytecode) return name[0] == '~' ? 1 : 0;
  if (name[0] == '^' || name[0] == '~') return 1;
  if (name[0] != '*' && name[0] != '+') return 0;
  return name.size() > 1 && name[1] == '\'' ? 2 : 1;
}

} // namespace

std::string FunctionNames::of_all_tiers(std::string_view v8_name, CodeKind kind) {
  for (std::string_view tag : kTagsOfScripts) {
    if (v8_name.substr(0, tag.size()) != tag) continue;
    const std::string_view name = v8_name.substr(tag.size());
    if (kind == CodeKind::kWasm && name.substr(0, kToImport.size()) == kToImport) return kWrapper;
    if (kind == CodeKind::kWasm) return "wasm:" + std::string(without_compiler(name));
    return std::string(tag) + '~' + std::string(name.substr(mark_length(name, kind)));
  }
  return std::string(v8_name);
}

uint32_t FunctionNames::intern(std::string_view v8_name, CodeKind kind, ScriptKey script) {
  std::string name = of_all_tiers(v8_name, kind);
  std::string key = name;
  if (script.script != 0) {
    key += '\0';
    key += std::to_string(script.isolate) + ' ' + std::to_string(script.script);
  }
  std::lock_guard<std::mutex> guard(lock_);
  const auto [at, is_new] = numbers_.emplace(std::move(key), static_cast<uint32_t>(functions_.size()));
  if (is_new) functions_.push_back({std::move(name), script});
  return at->second;
}

size_t FunctionNames::count() const {
  std::lock_guard<std::mutex> guard(lock_);
  return functions_.size();
}

std::string FunctionNames::name(uint32_t function) const {
  std::lock_guard<std::mutex> guard(lock_);
  return function < functions_.size() ? functions_[function].name : std::string();
}

ScriptKey FunctionNames::script(uint32_t function) const {
  std::lock_guard<std::mutex> guard(lock_);
  return function < functions_.size() ? functions_[function].script : ScriptKey{};
}

} // namespace benchmem::v8_heap
