// libstdc++'s own demangler, linked in. WHY: its callback is used and not abi::__cxa_demangle, because a name of some
// hundred bytes may stand for gigabytes, each of its types made of two of the one before, and only the callback can end
// that.
#include <csetjmp>

#include "names/demangle.h"

extern "C" int __gcclibcxx_demangle_callback(const char* name, void (*callback)(const char*, size_t, void*),
                                             void* context);

namespace benchmem::names {
namespace {

struct Text {
  std::jmp_buf too_long;
  size_t length;
  char characters[kLongestText];
};

// SAFETY: the demangler is C, keeps everything on the stack and holds nothing that a jump over it would lose.
void append(const char* piece, size_t length, void* context) {
  auto* text = static_cast<Text*>(context);
  if (length > kLongestText - text->length) std::longjmp(text->too_long, 1);
  __builtin_memcpy(text->characters + text->length, piece, length);
  text->length += length;
}

} // namespace

bool demangle_itanium(const std::string& name, std::string* out) {
  Text text;
  text.length = 0;
  if (setjmp(text.too_long) != 0) return false;
  if (__gcclibcxx_demangle_callback(name.c_str(), append, &text) != 0) return false;
  out->assign(text.characters, text.length);
  return true;
}

} // namespace benchmem::names
