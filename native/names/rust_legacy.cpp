// Rust's older names: an Itanium path whose last part is a hash, its parts with escapes for what C++ has no letters for.
#include "names/demangle.h"

namespace benchmem::names {
namespace {

struct Escape {
  std::string_view name;
  char character;
};
constexpr Escape kEscapes[] = {{"SP", '@'}, {"BP", '*'}, {"RF", '&'}, {"LT", '<'},
                               {"GT", '>'}, {"LP", '('}, {"RP", ')'}, {"C", ','}};

int hex_digit(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

bool is_hash(std::string_view part) {
  if (part.size() != 17 || part[0] != 'h') return false;
  for (char character : part.substr(1)) {
    if (hex_digit(character) < 0) return false;
  }
  return true;
}

// What stands between two dollars.
bool append_escape(std::string_view escape, std::string* out) {
  for (const Escape& each : kEscapes) {
    if (each.name == escape) {
      out->push_back(each.character);
      return true;
    }
  }
  if (escape.size() < 2 || escape.size() > 7 || escape[0] != 'u') return false;
  uint32_t code_point = 0;
  for (char character : escape.substr(1)) {
    if (hex_digit(character) < 0) return false;
    code_point = code_point * 16 + static_cast<uint32_t>(hex_digit(character));
  }
  return append_character(code_point, out);
}

bool append_part(std::string_view part, std::string* out) {
  if (part.substr(0, 2) == "_$") part.remove_prefix(1); // a part must begin with a letter
  while (!part.empty()) {
    if (part.substr(0, 2) == "..") {
      *out += "::";
      part.remove_prefix(2);
    } else if (part[0] == '$') {
      const size_t end = part.find('$', 1);
      if (end == std::string_view::npos || !append_escape(part.substr(1, end - 1), out)) return false;
      part.remove_prefix(end + 1);
    } else {
      out->push_back(part[0]);
      part.remove_prefix(1);
    }
  }
  return true;
}

// A decimal number and so many bytes.
bool take_part(std::string_view* rest, std::string_view* part) {
  size_t length = 0, digits = 0;
  while (digits < rest->size() && (*rest)[digits] >= '0' && (*rest)[digits] <= '9') {
    length = length * 10 + static_cast<size_t>((*rest)[digits++] - '0');
    if (length > rest->size()) return false;
  }
  if (digits == 0 || length == 0 || length > rest->size() - digits) return false;
  *part = rest->substr(digits, length);
  rest->remove_prefix(digits + length);
  return true;
}

} // namespace

bool demangle_rust_legacy(std::string_view name, std::string* out) {
  if (name.substr(0, 3) != "_ZN") return false;
  std::string_view rest = name.substr(3), part, next;
  if (!take_part(&rest, &part)) return false;
  while (take_part(&rest, &next)) {
    if (!out->empty()) *out += "::";
    if (!append_part(part, out) || out->size() > kLongestText) return false;
    part = next;
  }
  // What may follow is a suffix of the linker's, behind a dot.
  return is_hash(part) && !out->empty() && rest.substr(0, 1) == "E" && (rest.size() == 1 || rest[1] == '.');
}

} // namespace benchmem::names
