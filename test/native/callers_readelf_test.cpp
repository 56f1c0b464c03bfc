// Frame rules of the real libc, libstdc++ and libgcc against what readelf prints, row by row.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <iterator>
#include <map>
#include <sstream>
#include <unistd.h>

#include "callers_elf_file.h"
#include "callers_unwind_image.h"

using benchmem::callers::find_frame_rule;
using benchmem::callers::kArm64;
using benchmem::callers::kOwn;
using benchmem::callers::Machine;
using callers_test::ElfFile;
using callers_test::text_of;

namespace {

using Columns = std::map<std::string, std::string>;

std::string column(const Columns& columns, const char* name) {
  const auto found = columns.find(name);
  return found == columns.end() ? std::string("u") : found->second;
}

// Words below the CFA of "c-16"; -1: the register is elsewhere.
long words_below_cfa(const std::string& text) {
  const long bytes = text.rfind("c-", 0) == 0 ? std::stol(text.substr(2)) : -1;
  return bytes % 8 == 0 ? bytes / 8 : -1;
}

bool is_x86(const Machine& machine) { return machine.kind == Machine::kX86_64; }

// What no rule says of rows that have their places: the machines' packings, in other words.
bool is_beyond_rules(const Machine& machine, bool from_sp, long cfa, long ra, long saved) {
  if (is_x86(machine)) return ra != 1 || saved > 127;
  if (!from_sp) return saved != cfa || ra != cfa - 1;
  return cfa % 2 != 0 || (saved != 0 && saved != ra + 1) || (ra > 63 && cfa - ra > 63);
}

// One line of readelf's interpreted table, in the words of text_of().
std::string text_of_row(const Machine& machine, const Columns& columns) {
  const std::string stack = is_x86(machine) ? "rsp+" : "sp+", pointer = is_x86(machine) ? "rbp" : "x29";
  const std::string cfa = column(columns, "CFA"), saved = column(columns, pointer.c_str());
  const bool from_sp = cfa.rfind(stack, 0) == 0;
  if (!from_sp && cfa.rfind(pointer + "+", 0) != 0) return "none";
  const long offset = std::stol(cfa.substr(cfa.find('+') + 1)), ra = words_below_cfa(column(columns, "ra"));
  const long saved_words = saved == "u" || saved == "s" ? 0 : words_below_cfa(saved);
  if (offset <= 0 || offset % 8 != 0 || offset > 32760 || ra < 1 || saved_words < 0) return "none";
  if (is_beyond_rules(machine, from_sp, offset / 8, ra, saved_words)) return "none";
  std::string text = (from_sp ? "sp+" : "fp+") + std::to_string(offset);
  if (ra != 1) text += " ra " + std::to_string(ra);
  return saved_words == 0 ? text : text + " saved " + std::to_string(saved_words);
}

struct Comparison {
  size_t rows = 0, ruled = 0, different = 0;
  std::string first_difference;
};

// Compares a row's rule at its first and its last address.
void compare_row(const Machine& machine, const ElfFile& library, const std::string& expected, uint64_t begin,
                 uint64_t end, Comparison* out) {
  if (begin >= end) return;
  ++out->rows;
  out->ruled += expected != "none";
  for (uint64_t pc : {begin, end - 1}) {
    const std::string found = text_of(find_frame_rule(library.unwind, pc, machine));
    if (found == expected) continue;
    std::ostringstream text;
    text << library.path << " +0x" << std::hex << pc << ": " << found << ", readelf says " << expected;
    if (out->different++ == 0) out->first_difference = text.str();
  }
}

// Reads `readelf --debug-dump=frames-interp` line by line.
class ReadelfTable {
 public:
  ReadelfTable(const Machine& machine, const ElfFile& library) : machine_(machine), library_(library) {}

  void line(const std::string& text) {
    std::istringstream words(text);
    std::string first, second, third, kind;
    words >> first >> second;
    if (first == "LOC") return columns(text);
    if (!in_table_) {
      words >> third >> kind;
      if (kind == "CIE") begin_cie(first, text);
      if (kind == "FDE") begin_fde(text);
      return;
    }
    if (first.empty()) return end_table();
    row(text);
  }
  void end_table() {
    if (in_fde_) {
      if (rows_.empty()) rows_.emplace_back(begin_, cie_row_[cie_]);
      for (size_t i = 0; i != rows_.size(); ++i) {
        const uint64_t end = i + 1 == rows_.size() ? end_ : rows_[i + 1].first;
        compare_row(machine_, library_, signal_[cie_] ? "none" : rows_[i].second, rows_[i].first, end, &comparison_);
      }
    } else if (!rows_.empty()) {
      cie_row_[cie_] = rows_.back().second;
    }
    rows_.clear();
    in_table_ = in_fde_ = false;
  }
  const Comparison& comparison() const { return comparison_; }

 private:
  void begin_cie(const std::string& offset, const std::string& text) {
    cie_ = std::stoul(offset, nullptr, 16);
    signal_[cie_] = text.find('S') != std::string::npos;
    in_table_ = true;
  }
  void begin_fde(const std::string& text) {
    cie_ = std::stoul(text.substr(text.find("cie=") + 4), nullptr, 16);
    const size_t pc = text.find("pc=") + 3;
    begin_ = std::stoull(text.substr(pc), nullptr, 16);
    end_ = std::stoull(text.substr(text.find("..", pc) + 2), nullptr, 16);
    in_table_ = in_fde_ = true;
  }
  void columns(const std::string& text) {
    std::istringstream words(text);
    names_.assign(std::istream_iterator<std::string>(words), {});
  }
  void row(const std::string& text) {
    std::istringstream words(text);
    std::map<std::string, std::string> values;
    std::string word;
    for (size_t i = 0; words >> word && i != names_.size();) {
      if (word[0] != '(') values[names_[i++]] = word; // "r10 (r10)" is one column
    }
    rows_.emplace_back(std::stoull(values["LOC"], nullptr, 16), text_of_row(machine_, values));
  }

  const Machine& machine_;
  const ElfFile& library_;
  Comparison comparison_;
  std::vector<std::string> names_;
  std::vector<std::pair<uint64_t, std::string>> rows_;
  std::map<uint64_t, std::string> cie_row_;
  std::map<uint64_t, bool> signal_;
  uint64_t cie_ = 0, begin_ = 0, end_ = 0;
  bool in_table_ = false, in_fde_ = false;
};

Comparison compare_with_readelf(const Machine& machine, const ElfFile& library) {
  ReadelfTable table(machine, library);
  FILE* const output = popen(("LC_ALL=C readelf --wide --debug-dump=frames-interp " + library.path).c_str(), "r");
  REQUIRE(output != nullptr);
  char* line = nullptr;
  size_t room = 0;
  while (getline(&line, &room, output) >= 0) {
    std::string text(line);
    text.erase(text.find_last_not_of("\r\n") + 1);
    table.line(text);
  }
  free(line);
  table.end_table();
  pclose(output); // its code is 1 for mere warnings; without readelf no row is compared, which fails below
  return table.comparison();
}

void check_library(const Machine& machine, const std::string& path) {
  const ElfFile library(path);
  REQUIRE(library.unwind.bytes != nullptr);
  const Comparison comparison = compare_with_readelf(machine, library);
  INFO(library.path, ": ", comparison.rows, " rows, ", comparison.ruled, " with a rule");
  CHECK_MESSAGE(comparison.different == 0, comparison.first_difference);
  CHECK_MESSAGE(comparison.rows > 500, "is readelf (binutils) installed?");
  CHECK(comparison.ruled > comparison.rows / 2);
}

// Where an emulator has the files of the program that it runs.
std::string sysroot() {
  const char* const folder = getenv("BENCHMEM_SYSROOT");
  return folder == nullptr ? std::string() : folder;
}

} // namespace

TEST_CASE("the rules of libc, libstdc++ and libgcc are those that readelf prints") {
  const void* const inside[] = {reinterpret_cast<const void*>(&fopencookie), dlsym(RTLD_DEFAULT, "_ZNSs6appendEPKc"),
                                dlsym(RTLD_DEFAULT, "_Unwind_Backtrace")};
  for (const void* address : inside) {
    REQUIRE(address != nullptr);
    check_library(kOwn, sysroot() + callers_test::file_of(address));
  }
}

// What the cross compiler links with; Debian's g++-aarch64-linux-gnu brings it.
TEST_CASE("the rules of arm64's libraries are those that readelf prints, wherever they are read") {
  if (kOwn.kind == Machine::kArm64) return; // its own are those above
  for (const char* name : {"libc.so.6", "libstdc++.so.6", "libgcc_s.so.1"}) {
    const std::string path = std::string("/usr/aarch64-linux-gnu/lib/") + name;
    if (access(path.c_str(), R_OK) != 0) {
      MESSAGE("skipped: ", path, " is not there (apt-get install g++-aarch64-linux-gnu)");
      continue;
    }
    check_library(kArm64, path);
  }
}
