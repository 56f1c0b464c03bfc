// Fuzzes the readers of mangled names: any name ends, stays inside the limits, and is read the same way twice.
// The input is tried as a name, and as changes to good ones: random bytes alone seldom are a mangled name.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "names/demangle.h"

using namespace benchmem::names;

namespace {

constexpr const char* kGood[] = {
    "_ZNSt6vectorIiSaIiEE9push_backERKi",
    "_ZZN1a1b1fEvENKUlvE_clEv.cold",
    "_ZN54_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$my..Trait$GT$3run17h0123456789abcdefE",
    "_RINvXs_C7mycrateNtB4_3FooNtB4_3Run3runFG_UKCRL0_hEDINtC1a1ThEp4ItembEL_KcKo123456789abcdef01_u9bcher_kvaE",
};
constexpr char kLetters[] = "_BCDEFGIKLMNPQRSTUXYZacehijlmnopstuvxyz0123456789$.";

void check(const std::string& name) {
  const std::string text = demangle(name);
  if (text != name && text.size() > kLongestText) abort();
  if (demangle(name) != text) abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  check(std::string(reinterpret_cast<const char*>(bytes), size));
  for (const char* prefix : {"_Z", "_ZN", "_R", "_RINv"}) {
    std::string name = prefix;
    for (size_t i = 0; i < size && i < 300; ++i) name += kLetters[bytes[i] % (sizeof(kLetters) - 1)];
    check(name);
  }
  // Each two bytes of the input: a position and the letter to put there.
  for (const char* good : kGood) {
    std::string name = good;
    for (size_t i = 0; i + 1 < size && i < 12; i += 2) {
      name[bytes[i] % name.size()] = kLetters[bytes[i + 1] % (sizeof(kLetters) - 1)];
      check(name);
    }
  }
  return 0;
}
