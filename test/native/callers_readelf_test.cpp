// Frame rules of the real libc, libstdc++ and libgcc against what readelf prints, row by row.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <iterator>
#include <map>
#include <sstream>

#include "callers_elf_file.h"
#include "callers_unwind_image.h"

using benchmem::callers::find_frame_rule;
using callers_test::ElfFile;
using callers_test::text_of;

namespace {

// One line of readelf's interpreted table, in the words of text_of().
std::string text_of_row(const std::map<std::string, std::string>& columns) {
  const auto column = [&](const char* name) {
    const auto found = columns.find(name);
    return found == columns.end() ? std::string("u") : found->second;
  };
  const std::string cfa = column("CFA"), pointer = column("rbp");
  if ((cfa.rfind("rsp+", 0) != 0 && cfa.rfind("rbp+", 0) != 0) || column("ra") != "c-8") return "none";
  const long offset = std::stol(cfa.substr(4));
  if (offset % 8 != 0 || offset > 32760) return "none";
  std::string text = (cfa[1] == 'b' ? "fp+" : "sp+") + std::to_string(offset);
  if (pointer == "u" || pointer == "s") return text;
  if (pointer.rfind("c-", 0) != 0) return "none";
  return text + " saved " + std::to_string(std::stol(pointer.substr(2)) / 8);
}

struct Comparison {
  size_t rows = 0, ruled = 0, different = 0;
  std::string first_difference;
};

// Compares a row's rule at its first and its last address.
void compare_row(const ElfFile& library, const std::string& expected, uint64_t begin, uint64_t end, Comparison* out) {
  if (begin >= end) return;
  ++out->rows;
  out->ruled += expected != "none";
  for (uint64_t pc : {begin, end - 1}) {
    const std::string found = text_of(find_frame_rule(library.unwind, pc));
    if (found == expected) continue;
    std::ostringstream text;
    text << library.path << " +0x" << std::hex << pc << ": " << found << ", readelf says " << expected;
    if (out->different++ == 0) out->first_difference = text.str();
  }
}

// Reads `readelf --debug-dump=frames-interp` line by line.
class ReadelfTable {
 public:
  explicit ReadelfTable(const ElfFile& library) : library_(library) {}

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
        compare_row(library_, signal_[cie_] ? "none" : rows_[i].second, rows_[i].first, end, &comparison_);
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
    rows_.emplace_back(std::stoull(values["LOC"], nullptr, 16), text_of_row(values));
  }

  const ElfFile& library_;
  Comparison comparison_;
  std::vector<std::string> names_;
  std::vector<std::pair<uint64_t, std::string>> rows_;
  std::map<uint64_t, std::string> cie_row_;
  std::map<uint64_t, bool> signal_;
  uint64_t cie_ = 0, begin_ = 0, end_ = 0;
  bool in_table_ = false, in_fde_ = false;
};

Comparison compare_with_readelf(const ElfFile& library) {
  ReadelfTable table(library);
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

} // namespace

TEST_CASE("the rules of libc, libstdc++ and libgcc are those that readelf prints") {
  const void* const inside[] = {reinterpret_cast<const void*>(&fopencookie), dlsym(RTLD_DEFAULT, "_ZNSs6appendEPKc"),
                                dlsym(RTLD_DEFAULT, "_Unwind_Backtrace")};
  for (const void* address : inside) {
    REQUIRE(address != nullptr);
    const ElfFile library(callers_test::file_of(address));
    REQUIRE(library.unwind.bytes != nullptr);
    const Comparison comparison = compare_with_readelf(library);
    INFO(library.path, ": ", comparison.rows, " rows, ", comparison.ruled, " with a rule");
    CHECK_MESSAGE(comparison.different == 0, comparison.first_difference);
    CHECK_MESSAGE(comparison.rows > 500, "is readelf (binutils) installed?");
    CHECK(comparison.ruled > comparison.rows / 2);
  }
}
