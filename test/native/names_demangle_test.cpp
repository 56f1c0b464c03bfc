// Mangled names and what they stand for, made by the grammars of the Itanium ABI and of RFC 2603.
#include <doctest/doctest.h>

#include <string>

#include "names/demangle.h"

using benchmem::names::demangle;

namespace {

struct Name {
  const char* mangled;
  const char* text;
};

} // namespace

TEST_CASE("names that are not mangled come back as they are") {
  for (const char* name :
       {"", "malloc", "_start", "_Z", "_R", "_ZN", "_ZN3foo", "_RNvC7mycrate", "_RX", "__ZN3fooE", "_Zz"}) {
    CAPTURE(name);
    CHECK(demangle(name) == name);
  }
  CHECK(demangle(std::string("_Z1f\0v", 6)) == std::string("_Z1f\0v", 6));
}

TEST_CASE("C++") {
  const Name names[] = {
      {"_Z1fv", "f()"},
      {"_ZN2v88internal4Heap8ScavengeEv", "v8::internal::Heap::Scavenge()"},
      {"_ZNSt6vectorIiSaIiEE9push_backERKi", "std::vector<int, std::allocator<int> >::push_back(int const&)"},
      {"_ZTV3Foo", "vtable for Foo"},
      {"_ZN3FoonwEm", "Foo::operator new(unsigned long)"},
      {"_Z1fv.cold", "f() [clone .cold]"},
      {"_ZZ1fvENKUlvE_clEv", "f()::{lambda()#1}::operator()() const"},
  };
  for (const Name& name : names) CHECK(demangle(name.mangled) == std::string(name.text));
}

TEST_CASE("Rust's older names, without their hash") {
  const Name names[] = {
      {"_ZN4core3fmt5write17h0123456789abcdefE", "core::fmt::write"},
      {"_ZN4core3fmt5write17h0123456789abcdefE.llvm.1234", "core::fmt::write"},
      {"_ZN3foo28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE", "foo::{{closure}}"},
      {"_ZN54_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$my..Trait$GT$3run17h0123456789abcdefE",
       "<alloc::vec::Vec<T> as my::Trait>::run"},
      {"_ZN18$RF$a$C$$BP$$u27$b1c17h0123456789abcdefE", "&a,*'b::c"},
      {"_ZN3a.b1c17h0123456789abcdefE", "a.b::c"},
  };
  for (const Name& name : names) CHECK(demangle(name.mangled) == std::string(name.text));
  // What only looks so is C++.
  CHECK(demangle("_ZN4core3fmt5write17h0123456789abcdeGE") == "core::fmt::write::h0123456789abcdeG");
  CHECK(demangle("_ZN4core5write16h0123456789abcdeE") == "core::write::h0123456789abcde");
}

TEST_CASE("paths of Rust's v0 names") {
  const Name names[] = {
      {"_RC7mycrate", "mycrate"},
      {"_RNvC7mycrate3foo", "mycrate::foo"},
      {"_RNvCs1234_7mycrate3foo", "mycrate::foo"},
      {"_RNvNtC7mycrate3foo3bar", "mycrate::foo::bar"},
      {"_RNvC7mycrate3foo.llvm.99", "mycrate::foo"},
      {"_RNvC7mycrate3fooC5other", "mycrate::foo"},
      {"_RNvC7mycrate3_123", "mycrate::123"}, // the underscore parts the length from a digit
      {"_RNCNvC7mycrate3foo0", "mycrate::foo::{closure#0}"},
      {"_RNCNvC7mycrate3foos_0", "mycrate::foo::{closure#1}"},
      {"_RNCNvC7mycrate3foos0_0", "mycrate::foo::{closure#2}"},
      {"_RNSNvC7mycrate3foo4call", "mycrate::foo::{shim:call#0}"},
      {"_RNvC7mycrateu9bcher_kva", "mycrate::b\u00fccher"},
      {"_RNvC7mycrateu3tda", "mycrate::\u00fc"},
      {"_RNvMs_C7mycrateNtB4_3Foo3bar", "<mycrate::Foo>::bar"},
      {"_RNvMC7mycratej3bar", "<usize>::bar"},
      {"_RNvXC7mycrateNtB2_3FooNtB2_3Run3run", "<mycrate::Foo as mycrate::Run>::run"},
      {"_RNvYjNtC7mycrate3Run3run", "<usize as mycrate::Run>::run"},
      {"_RINvNtC3std3mem8align_ofjE", "std::mem::align_of::<usize>"},
      {"_RINvC1a1fINtC1b1VhEE", "a::f::<b::V<u8>>"},
      {"_RINvC1a1fL_E", "a::f::<'_>"},
  };
  for (const Name& name : names) CHECK(demangle(name.mangled) == std::string(name.text));
}

TEST_CASE("types of Rust's v0 names") {
  const Name names[] = {
      {"ab", "i8, bool"},
      {"cdefhilmnopstuvxyz", "char, f64, str, f32, u8, isize, i32, u32, i128, u128, _, i16, u16, (), ..., i64, u64, !"},
      {"j", "usize"},
      {"Rh", "&u8"},
      {"QSh", "&mut [u8]"},
      {"RL_h", "&u8"},
      {"PhOh", "*const u8, *mut u8"},
      {"Ahj4_", "[u8; 4]"},
      {"TE", "()"},
      {"ThE", "(u8,)"},
      {"ThbE", "(u8, bool)"},
      {"FEu", "fn()"},
      {"FhbEj", "fn(u8, bool) -> usize"},
      {"FUKCEu", "unsafe extern \"C\" fn()"},
      {"FK13rust_ni_thingEu", "extern \"rust-ni-thing\" fn()"},
      {"FG_RL0_hEu", "for<'a> fn(&'a u8)"},
      {"FG0_RL1_hRL0_hEu", "for<'a, 'b> fn(&'a u8, &'b u8)"},
      {"DNtC1a1TEL_", "dyn a::T"},
      {"DNtC1a1TNtC1a1UEL_", "dyn a::T + a::U"},
      {"DNtC1a1Tp4ItemhEL_", "dyn a::T<Item = u8>"},
      {"DINtC1a1ThEp4ItembEL_", "dyn a::T<u8, Item = bool>"},
      {"DINtC1a1ThEEL_", "dyn a::T<u8>"},
      {"DNtYhNtC1a1T1Up1IbEL_", "dyn <u8 as a::T>::U<I = bool>"},
      {"Kj4_Kan1_Kb1_Kb0_Kp", "4, -1, true, false, _"},
      {"Kc61_Kc1f600_", "'a', '\U0001F600'"},
      {"Ko123456789abcdef01_", "0x123456789abcdef01"},
      {"Ky00ff_", "255"},
  };
  for (const Name& name : names) {
    CHECK(demangle(std::string("_RINvC1a1f") + name.mangled + "E") == std::string("a::f::<") + name.text + ">");
  }
}

TEST_CASE("Rust's v0 names that are not by the grammar come back as they are") {
  for (const char* name : {
           "_R0NvC1a1f",             // a version that does not exist
           "_RNvC1a1f!",             // something behind
           "_RNvC1a9f",              // longer than the name
           "_RNvC1aB0_",             // an identifier cannot refer back
           "_RNvB_1f",               // refers to itself
           "_RNvBz_1f",              // refers ahead
           "_RINvC1a1fh",            // no end
           "_RINvC1a1fKb2_E",        // no bool
           "_RINvC1a1fKcd800_E",     // no character
           "_RINvC1a1fRL0_hE",       // a lifetime that nothing binds
           "_RINvC1a1fFGzzzzzz_EuE", // too many lifetimes
           "_RNvC1a99999999999999999999999f",
           "_RNvCszzzzzzzzzzzzzzzzzzzzzz_1a1f",
       }) {
    CAPTURE(name);
    CHECK(demangle(name) == name);
  }
}

TEST_CASE("names that would print for ever come back as they are") {
  // Each type is made of two of the one before: 2^100 of the first.
  std::string cxx = "_Z1f1AIiiE";
  std::string back = "S0_";
  for (int type = 1; type < 100; ++type) {
    cxx += "S_I" + back + back + "E";
    const int number = type;
    back = "S";
    if (number >= 36) back += static_cast<char>(number / 36 < 10 ? '0' + number / 36 : 'A' + number / 36 - 10);
    back += static_cast<char>(number % 36 < 10 ? '0' + number % 36 : 'A' + number % 36 - 10);
    back += '_';
  }
  CHECK(demangle(cxx) == cxx);

  // The same for Rust, from the place where the tuple begins.
  std::string rust = "_RINvC1a1f";
  size_t before = rust.size() - 2;
  rust += "ThhE";
  const auto base62 = [](size_t value) {
    std::string digits;
    for (value -= 1;; value /= 62) {
      const size_t digit = value % 62;
      digits.insert(digits.begin(), static_cast<char>(digit < 10   ? '0' + digit
                                                      : digit < 36 ? 'a' + digit - 10
                                                                   : 'A' + digit - 36));
      if (value < 62) return digits + "_";
    }
  };
  for (int type = 0; type < 100; ++type) {
    const std::string reference = "B" + base62(before);
    before = rust.size() - 2;
    rust += "T" + reference + reference + "E";
  }
  rust += "E";
  CHECK(demangle(rust) == rust);
  CHECK(demangle("_R" + std::string(60000, 'P')) == "_R" + std::string(60000, 'P'));
  CHECK(demangle("_RINvC1a1f" + std::string(50000, 'R') + "hE").substr(0, 4) == "_RIN");
  CHECK(demangle("_Z1f" + std::string(60000, 'P') + "i") == "_Z1f" + std::string(60000, 'P') + "i");
  CHECK(demangle("_RNvC1a1fu60000" + std::string(60000, 'a')).substr(0, 2) == "_R");
}
