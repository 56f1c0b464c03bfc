#include "names/demangle.h"

namespace benchmem::names {

std::string demangle(const std::string& name) {
  std::string text;
  const std::string_view begin(name);
  if (name.size() > kLongestName || name.find('\0') != std::string::npos) return name;
  if (begin.substr(0, 2) == "_R") return demangle_rust_v0(name, &text) ? text : name;
  if (begin.substr(0, 2) != "_Z") return name;
  return demangle_rust_legacy(name, &text) || demangle_itanium(name, &text) ? text : name;
}

bool append_character(uint32_t code_point, std::string* out) {
  if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff)) return false;
  const auto put = [out](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  const auto tail = [put, code_point](int shift) { put(0x80 | ((code_point >> shift) & 0x3f)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xc0 | (code_point >> 6));
  } else if (code_point < 0x10000) {
    put(0xe0 | (code_point >> 12));
    tail(6);
  } else {
    put(0xf0 | (code_point >> 18));
    tail(12);
    tail(6);
  }
  if (code_point >= 0x80) tail(0);
  return true;
}

} // namespace benchmem::names
