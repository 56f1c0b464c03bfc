// Linkers' names as people write them: C++ (Itanium ABI) and Rust, legacy and v0. Pure; names come from files, so each
// reader is bounded in depth, time and output.
// Must not guess: a name that it cannot read whole comes back as it is.
#ifndef BENCHMEM_NAMES_DEMANGLE_H_
#define BENCHMEM_NAMES_DEMANGLE_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace benchmem::names {

// Longer ones stay as they are, on either side.
constexpr size_t kLongestName = 65536;
constexpr size_t kLongestText = 8192;

// The name itself where it is not mangled. Hashes of Rust's compiler are left out.
std::string demangle(const std::string& name);

// Each of these fills `out` and returns true, or returns false. Exported for tests.
bool demangle_itanium(const std::string& name, std::string* out);
bool demangle_rust_legacy(std::string_view name, std::string* out);
bool demangle_rust_v0(std::string_view name, std::string* out);

// As UTF-8. False: no character.
bool append_character(uint32_t code_point, std::string* out);

} // namespace benchmem::names

#endif // BENCHMEM_NAMES_DEMANGLE_H_
