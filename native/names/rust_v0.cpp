// Rust's v0 names, by the grammar of RFC 2603: a recursive reader that prints as it reads. Crates' hashes are left out.
#include <vector>

#include "names/demangle.h"

namespace benchmem::names {
namespace {

constexpr unsigned kDeepest = 200;
// Of productions read: names that refer back often enough would take for ever without growing.
constexpr unsigned kMostSteps = 100000;

const char* basic_type(char tag) {
  switch (tag) {
    case 'a': return "i8";
    case 'b': return "bool";
    case 'c': return "char";
    case 'd': return "f64";
    case 'e': return "str";
    case 'f': return "f32";
    case 'h': return "u8";
    case 'i': return "isize";
    case 'j': return "usize";
    case 'l': return "i32";
    case 'm': return "u32";
    case 'n': return "i128";
    case 'o': return "u128";
    case 'p': return "_";
    case 's': return "i16";
    case 't': return "u16";
    case 'u': return "()";
    case 'v': return "...";
    case 'x': return "i64";
    case 'y': return "u64";
    case 'z': return "!";
    default: return nullptr;
  }
}

bool is_digit(char character) { return character >= '0' && character <= '9'; }
bool is_lower(char character) { return character >= 'a' && character <= 'z'; }
bool is_upper(char character) { return character >= 'A' && character <= 'Z'; }

// RFC 3492, with "_" for its "-".
bool decode_punycode(std::string_view text, std::string* out) {
  constexpr size_t kLongest = 1024; // WHY: each character is put between those before it
  if (text.size() > kLongest) return false;
  std::vector<uint32_t> characters;
  const size_t dash = text.rfind('_');
  if (dash != std::string_view::npos) {
    for (char character : text.substr(0, dash)) characters.push_back(static_cast<unsigned char>(character));
    text.remove_prefix(dash + 1);
  }
  uint32_t code_point = 128, at = 0, bias = 72;
  bool first = true;
  while (!text.empty()) {
    const uint32_t before = at;
    uint64_t weight = 1, index = at;
    for (uint32_t k = 36;; k += 36) {
      if (text.empty()) return false;
      const char digit = text[0];
      text.remove_prefix(1);
      if (!is_lower(digit) && !is_digit(digit)) return false;
      const uint32_t value = static_cast<uint32_t>(is_lower(digit) ? digit - 'a' : digit - '0' + 26);
      index += value * weight;
      if (index > UINT32_MAX) return false;
      const uint32_t threshold = k <= bias ? 1 : (k >= bias + 26 ? 26 : k - bias);
      if (value < threshold) break;
      weight *= 36 - threshold;
      if (weight > UINT32_MAX) return false;
    }
    const uint32_t count = static_cast<uint32_t>(characters.size()) + 1;
    uint32_t delta = static_cast<uint32_t>(index) - before;
    delta = first ? delta / 700 : delta / 2;
    first = false;
    delta += delta / count;
    uint32_t k = 0;
    for (; delta > 35 * 26 / 2; k += 36) delta /= 35;
    bias = k + 36 * delta / (delta + 38);
    if (index / count > 0x10ffff - code_point) return false;
    code_point += static_cast<uint32_t>(index / count);
    at = static_cast<uint32_t>(index % count);
    characters.insert(characters.begin() + at++, code_point);
  }
  for (uint32_t character : characters) {
    if (!append_character(character, out)) return false;
  }
  return true;
}

// INVARIANT: once `failed_`, nothing is read or printed any more.
class Reader {
 public:
  Reader(std::string_view name, std::string* out) : name_(name), out_(out) {}
  bool read_all();

 private:
  struct Identifier {
    uint64_t disambiguator = 0;
    std::string text;
  };

  char peek() const { return at_ < name_.size() ? name_[at_] : '\0'; }
  char take() { return at_ < name_.size() ? name_[at_++] : fail(); }
  bool eat(char character) {
    if (failed_ || peek() != character) return false;
    ++at_;
    return true;
  }
  char fail() {
    failed_ = true;
    return '\0';
  }
  void print(std::string_view text) {
    if (failed_ || silent_ > 0) return;
    if (text.size() > kLongestText - out_->size()) return static_cast<void>(fail());
    out_->append(text);
  }
  uint64_t base62();
  uint64_t optional_base62(char tag) { return eat(tag) ? base62() + 1 : 0; }
  std::string undisambiguated();
  Identifier identifier();
  // A production at a place that was read before, or at this one. False: too deep, or too often.
  bool enter();
  template <class Production>
  void back_reference(Production production);

  void path(bool in_value);
  void impl_path();
  void nested_path(bool in_value);
  void generic_arguments();
  void type();
  void reference(const char* mutability);
  void tuple();
  void function();
  void dynamic();
  void dynamic_trait();
  bool is_generic_path();
  void constant();
  void constant_integer(bool is_signed);
  std::string constant_digits();
  void lifetime(uint64_t index);
  void binder();

  std::string_view name_;
  std::string* const out_;
  size_t at_ = 0;
  unsigned depth_ = 0;
  unsigned steps_ = 0;
  unsigned silent_ = 0;
  uint64_t bound_lifetimes_ = 0;
  bool failed_ = false;
};

bool Reader::enter() {
  if (failed_ || depth_ >= kDeepest || ++steps_ > kMostSteps) fail();
  return !failed_;
}

uint64_t Reader::base62() {
  if (eat('_')) return 0;
  uint64_t value = 0;
  while (!failed_ && !eat('_')) {
    const char digit = take();
    uint64_t of_digit = 0;
    if (is_digit(digit)) {
      of_digit = static_cast<uint64_t>(digit - '0');
    } else if (is_lower(digit)) {
      of_digit = static_cast<uint64_t>(digit - 'a') + 10;
    } else if (is_upper(digit)) {
      of_digit = static_cast<uint64_t>(digit - 'A') + 36;
    } else {
      fail();
    }
    if (value > (UINT64_MAX - 64) / 62) fail();
    value = value * 62 + of_digit;
  }
  return value + 1;
}

std::string Reader::undisambiguated() {
  const bool is_punycode = eat('u');
  if (!is_digit(peek())) fail();
  size_t length = 0;
  if (!eat('0')) {
    while (is_digit(peek()) && length <= name_.size()) length = length * 10 + static_cast<size_t>(take() - '0');
  }
  eat('_');
  if (failed_ || length > name_.size() - at_) return fail(), std::string();
  const std::string_view bytes = name_.substr(at_, length);
  at_ += length;
  if (!is_punycode) return std::string(bytes);
  std::string text;
  if (!decode_punycode(bytes, &text)) fail();
  return text;
}

Reader::Identifier Reader::identifier() {
  Identifier read;
  read.disambiguator = optional_base62('s');
  read.text = undisambiguated();
  return read;
}

template <class Production>
void Reader::back_reference(Production production) {
  const size_t tag_at = at_ - 1;
  const uint64_t target = base62();
  if (failed_ || target >= tag_at) return static_cast<void>(fail());
  if (silent_ > 0) return; // it was read there already
  const size_t after = at_;
  at_ = target;
  production();
  at_ = after;
}

bool Reader::read_all() {
  if (is_digit(peek())) return false; // a version of the grammar that does not exist yet
  path(true);
  if (!failed_ && is_upper(peek())) { // the crate that instantiated it
    ++silent_;
    path(false);
    --silent_;
  }
  return !failed_ && (at_ == name_.size() || peek() == '.' || peek() == '$');
}

void Reader::path(bool in_value) {
  if (!enter()) return;
  ++depth_;
  switch (const char tag = take()) {
    case 'C': print(identifier().text); break;
    case 'M':
    case 'X':
    case 'Y':
      if (tag != 'Y') impl_path();
      print("<");
      type();
      if (tag != 'M') {
        print(" as ");
        path(false);
      }
      print(">");
      break;
    case 'N': nested_path(in_value); break;
    case 'I':
      path(in_value);
      if (in_value) print("::");
      generic_arguments();
      break;
    case 'B': back_reference([this, in_value] { path(in_value); }); break;
    default: fail();
  }
  --depth_;
}

// Where an implementation stands; its type says more.
void Reader::impl_path() {
  ++silent_;
  optional_base62('s');
  path(false);
  --silent_;
}

void Reader::nested_path(bool in_value) {
  const char space = take();
  if (!is_lower(space) && !is_upper(space)) fail();
  path(in_value);
  const Identifier name = identifier();
  if (is_lower(space)) {
    if (!name.text.empty()) print("::" + name.text);
    return;
  }
  print("::{");
  print(space == 'C' ? "closure" : space == 'S' ? "shim" : std::string(1, space));
  if (!name.text.empty()) print(":" + name.text);
  print("#" + std::to_string(name.disambiguator) + "}");
}

void Reader::generic_arguments() {
  print("<");
  for (bool first = true; !failed_ && !eat('E'); first = false) {
    if (!first) print(", ");
    if (eat('L')) {
      lifetime(base62());
    } else if (eat('K')) {
      constant();
    } else {
      type();
    }
  }
  print(">");
}

void Reader::type() {
  if (!enter()) return;
  const char* basic = basic_type(peek());
  if (basic != nullptr) {
    ++at_;
    return print(basic);
  }
  ++depth_;
  switch (take()) {
    case 'R': reference(""); break;
    case 'Q': reference("mut "); break;
    case 'P':
    case 'O':
      print(name_[at_ - 1] == 'P' ? "*const " : "*mut ");
      type();
      break;
    case 'A':
    case 'S': {
      const bool is_array = name_[at_ - 1] == 'A';
      print("[");
      type();
      if (is_array) {
        print("; ");
        constant();
      }
      print("]");
      break;
    }
    case 'T': tuple(); break;
    case 'F': function(); break;
    case 'D': dynamic(); break;
    case 'B': back_reference([this] { type(); }); break;
    default: --at_; path(false);
  }
  --depth_;
}

void Reader::reference(const char* mutability) {
  print("&");
  if (eat('L')) {
    const uint64_t index = base62();
    if (index != 0) {
      lifetime(index);
      print(" ");
    }
  }
  print(mutability);
  type();
}

void Reader::tuple() {
  print("(");
  unsigned count = 0;
  for (; !failed_ && !eat('E'); ++count) {
    if (count > 0) print(", ");
    type();
  }
  print(count == 1 ? ",)" : ")");
}

void Reader::function() {
  const uint64_t outer = bound_lifetimes_;
  binder();
  if (eat('U')) print("unsafe ");
  if (eat('K')) {
    std::string abi = eat('C') ? "C" : undisambiguated();
    for (char& each : abi) each = each == '_' ? '-' : each;
    print("extern \"" + abi + "\" ");
  }
  print("fn(");
  for (bool first = true; !failed_ && !eat('E'); first = false) {
    if (!first) print(", ");
    type();
  }
  print(")");
  if (!eat('u')) {
    print(" -> ");
    type();
  }
  bound_lifetimes_ = outer;
}

void Reader::dynamic() {
  const uint64_t outer = bound_lifetimes_;
  print("dyn ");
  binder();
  for (bool first = true; !failed_ && !eat('E'); first = false) {
    if (!first) print(" + ");
    dynamic_trait();
  }
  bound_lifetimes_ = outer;
  if (!eat('L')) return static_cast<void>(fail());
  const uint64_t index = base62();
  if (index != 0) {
    print(" + ");
    lifetime(index);
  }
}

// Of the path at this place, or of the one that it refers back to: whether it prints arguments at its end.
bool Reader::is_generic_path() {
  const size_t here = at_;
  size_t from = at_;
  while (eat('B')) {
    const uint64_t target = base62();
    if (failed_ || target >= from) break;
    at_ = from = target;
  }
  const bool is_generic = peek() == 'I';
  at_ = here;
  return is_generic;
}

// The types that are bound stand among the trait's generic arguments: "Iterator<Item = u8>".
void Reader::dynamic_trait() {
  bool open = is_generic_path();
  path(false);
  if (open && (silent_ > 0 || failed_ || peek() != 'p')) return;
  if (open) out_->pop_back();
  while (eat('p')) {
    print(open ? ", " : "<");
    open = true;
    print(undisambiguated() + " = ");
    type();
  }
  if (open) print(">");
}

void Reader::constant() {
  if (!enter()) return;
  ++depth_;
  const char tag = take();
  switch (tag) {
    case 'p': print("_"); break;
    case 'h':
    case 't':
    case 'm':
    case 'y':
    case 'o':
    case 'j': constant_integer(false); break;
    case 'a':
    case 's':
    case 'l':
    case 'x':
    case 'n':
    case 'i': constant_integer(true); break;
    case 'b': {
      const std::string digits = constant_digits();
      if (digits != "0" && digits != "1") fail();
      print(digits == "1" ? "true" : "false");
      break;
    }
    case 'c': {
      const std::string digits = constant_digits();
      std::string character;
      const bool fits = !failed_ && digits.size() <= 6;
      if (!fits || !append_character(static_cast<uint32_t>(std::stoul(digits, nullptr, 16)), &character)) fail();
      print("'" + character + "'");
      break;
    }
    case 'B': back_reference([this] { constant(); }); break;
    default: fail();
  }
  --depth_;
}

std::string Reader::constant_digits() {
  const size_t begin = at_;
  while (is_digit(peek()) || (peek() >= 'a' && peek() <= 'f')) ++at_;
  std::string digits(name_.substr(begin, at_ - begin));
  if (!eat('_')) fail();
  const size_t first = digits.find_first_not_of('0');
  return first == std::string::npos ? "0" : digits.substr(first);
}

void Reader::constant_integer(bool is_signed) {
  if (is_signed && eat('n')) print("-");
  const std::string digits = constant_digits();
  if (failed_) return;
  print(digits.size() > 16 ? "0x" + digits : std::to_string(std::stoull(digits, nullptr, 16)));
}

// By how many binders out it is bound; 0 is erased.
void Reader::lifetime(uint64_t index) {
  if (index == 0) return print("'_");
  if (index > bound_lifetimes_) return static_cast<void>(fail());
  const uint64_t depth = bound_lifetimes_ - index;
  print(depth < 26 ? std::string("'") + static_cast<char>('a' + depth) : "'_" + std::to_string(depth));
}

void Reader::binder() {
  const uint64_t count = optional_base62('G');
  if (count == 0) return;
  if (count > 1000) return static_cast<void>(fail());
  print("for<");
  for (uint64_t each = 0; each < count; ++each) {
    if (each > 0) print(", ");
    ++bound_lifetimes_;
    lifetime(1);
  }
  print("> ");
}

} // namespace

bool demangle_rust_v0(std::string_view name, std::string* out) {
  return name.substr(0, 2) == "_R" && Reader(name.substr(2), out).read_all();
}

} // namespace benchmem::names
