// Frame rules from unwind tables: hand-made ones, broken ones, and those of the real libraries against
// readelf.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <elf.h>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <sstream>

#include "callers_unwind_image.h"

using benchmem::callers::find_frame_rule;
using benchmem::callers::FrameRule;
using benchmem::callers::UnwindImage;
using callers_test::Bytes;
using callers_test::rule_in;
using callers_test::UnwindImageBuilder;

namespace {

constexpr uint64_t kFunction = UnwindImageBuilder::kFunction;

// "sp+16", "fp+16 saved 2", "none": short enough to compare by eye.
std::string text_of(const FrameRule& rule) {
  if (!rule.exists()) return "none";
  std::string text = (rule.from_frame_pointer ? "fp+" : "sp+") + std::to_string(rule.cfa_words * 8);
  if (rule.saved_pointer_words != 0) text += " saved " + std::to_string(rule.saved_pointer_words);
  return text;
}

std::string rule_at(const Bytes& fde_instructions, uint64_t offset) {
  UnwindImageBuilder builder;
  builder.fde_instructions = fde_instructions;
  return text_of(rule_in(builder.build(), kFunction + offset));
}

} // namespace

TEST_CASE("call frame instructions hold from their location on") {
  // push rbp; mov rbp, rsp; ...; leave
  const Bytes prologue = {0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x02, 0x80, 0x0c, 7, 8};
  CHECK(rule_at(prologue, 0) == "sp+8");
  CHECK(rule_at(prologue, 1) == "sp+16 saved 2");
  CHECK(rule_at(prologue, 3) == "sp+16 saved 2");
  CHECK(rule_at(prologue, 4) == "fp+16 saved 2");
  CHECK(rule_at(prologue, 0x83) == "fp+16 saved 2");
  CHECK(rule_at(prologue, 0x84) == "sp+8 saved 2");
  CHECK(rule_at(prologue, UnwindImageBuilder::kFunctionBytes - 1) == "sp+8 saved 2");
}

TEST_CASE("every kind of advance and of saving is understood") {
  CHECK(rule_at({0x03, 0x00, 0x01, 0x0e, 24}, 0xff) == "sp+8");
  CHECK(rule_at({0x03, 0x00, 0x01, 0x0e, 24}, 0x100) == "sp+24");
  CHECK(rule_at({0x04, 0x00, 0x02, 0x00, 0x00, 0x0e, 24}, 0x200) == "sp+24");
  CHECK(rule_at({0x0a, 0x0e, 32, 0x86, 3, 0x41, 0x0b}, 0) == "sp+32 saved 3");
  CHECK(rule_at({0x0a, 0x0e, 32, 0x86, 3, 0x41, 0x0b}, 1) == "sp+8");
  CHECK(rule_at({0x86, 2, 0x41, 0xc6}, 1) == "sp+8"); // restore
  CHECK(rule_at({0x86, 2, 0x41, 0x06, 6}, 1) == "sp+8"); // restore_extended
  CHECK(rule_at({0x86, 2, 0x41, 0x08, 6}, 1) == "sp+8"); // same_value
  CHECK(rule_at({0x05, 6, 2}, 0) == "sp+8 saved 2"); // offset_extended
  CHECK(rule_at({0x83, 2, 0x09, 12, 13, 0x2e, 16, 0}, 0) == "sp+8"); // of other registers; GNU_args_size; nop
  CHECK(rule_at({0x10, 3, 2, 0x70, 0}, 0) == "sp+8"); // an expression for rbx
  CHECK(rule_at({0x0e, 0xf8, 0xff, 0x01}, 0) == "sp+32760");
}

TEST_CASE("frames that no constant describes have no rule") {
  CHECK(rule_at({0x0f, 2, 0x77, 0x08}, 0) == "none"); // CFA by expression
  CHECK(rule_at({0x0c, 10, 0}, 0) == "none"); // CFA from another register
  CHECK(rule_at({0x07, 16}, 0) == "none"); // no return address: a thread's first frame
  CHECK(rule_at({0x90, 2}, 0) == "none"); // return address elsewhere
  CHECK(rule_at({0x07, 6}, 0) == "none"); // frame pointer lost
  CHECK(rule_at({0x10, 6, 2, 0x70, 0}, 0) == "none"); // frame pointer by expression
  CHECK(rule_at({0x0e, 12}, 0) == "none"); // not whole words
  CHECK(rule_at({0x0e, 0}, 0) == "none");
  CHECK(rule_at({0x0e, 0x80, 0x80, 0x02}, 0) == "none"); // 32768 bytes
  CHECK(rule_at({0x05, 6, 0x80, 0x01}, 0) == "none"); // saved 128 words away
  CHECK(rule_at({0x0b}, 0) == "none"); // restore without remember
  CHECK(rule_at({0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a}, 0) == "none");
  CHECK(rule_at({0x3f}, 0) == "none"); // unknown
  CHECK(rule_at({0x0e}, 0) == "none"); // operand missing
}

TEST_CASE("an address without an entry has no rule") {
  const Bytes image = UnwindImageBuilder().build();
  CHECK(text_of(rule_in(image, kFunction)) == "sp+8");
  CHECK_FALSE(rule_in(image, kFunction - 1).exists());
  CHECK_FALSE(rule_in(image, kFunction + UnwindImageBuilder::kFunctionBytes).exists());
  CHECK_FALSE(rule_in(image, 0).exists());
  CHECK_FALSE(rule_in(image, ~uint64_t{0}).exists());
}

TEST_CASE("augmentations that are not plain are refused or skipped") {
  UnwindImageBuilder signal_frame;
  signal_frame.augmentation = "zRS";
  CHECK_FALSE(rule_in(signal_frame.build(), kFunction).exists());
  UnwindImageBuilder personality;
  personality.augmentation = "zPLR";
  personality.augmentation_bytes = {0x9b, 1, 2, 3, 4, 0x1b, 0x1b};
  CHECK(rule_in(personality.build(), kFunction).exists());
  UnwindImageBuilder unknown;
  unknown.augmentation = "zQR";
  CHECK_FALSE(rule_in(unknown.build(), kFunction).exists());
  UnwindImageBuilder indirect;
  indirect.augmentation_bytes = {0x9b};
  CHECK_FALSE(rule_in(indirect.build(), kFunction).exists());
  UnwindImageBuilder version;
  version.version = 9;
  CHECK_FALSE(rule_in(version.build(), kFunction).exists());
  UnwindImageBuilder other_machine;
  other_machine.return_register = 30;
  CHECK_FALSE(rule_in(other_machine.build(), kFunction).exists());
  UnwindImageBuilder table;
  table.table_encoding = 0xff;
  CHECK_FALSE(rule_in(table.build(), kFunction).exists());
}

TEST_CASE("truncated and corrupted unwind tables are read without leaving their bytes") {
  UnwindImageBuilder builder;
  builder.fde_instructions = {0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6};
  const Bytes image = builder.build();
  for (size_t size = 0; size != image.size(); ++size) {
    rule_in({image.begin(), image.begin() + static_cast<ptrdiff_t>(size)}, kFunction + 8);
  }
  size_t changed = 0;
  for (size_t position = 0; position != image.size(); ++position) {
    for (int value = 0; value != 256; ++value) {
      Bytes broken = image;
      broken[position] = static_cast<uint8_t>(value);
      const FrameRule rule = rule_in(broken, kFunction + 8);
      REQUIRE(rule.cfa_words <= FrameRule::kMaxCfaWords);
      REQUIRE(rule.saved_pointer_words <= FrameRule::kMaxSavedPointerWords);
      changed += text_of(rule) != "fp+16 saved 2";
    }
  }
  CHECK(changed > 1000); // the corruption reached what is read
}

namespace {

// A library's file, and the part of it that holds its unwind table.
struct LibraryFile {
  std::string path;
  Bytes bytes;
  UnwindImage image;

  explicit LibraryFile(const void* address_inside) {
    Dl_info info{};
    REQUIRE(dladdr(address_inside, &info) != 0);
    path = info.dli_fname;
    std::ifstream stream(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(stream), {});
    REQUIRE(bytes.size() > sizeof(Elf64_Ehdr));
    const auto* header = reinterpret_cast<const Elf64_Ehdr*>(bytes.data());
    const auto* segments = reinterpret_cast<const Elf64_Phdr*>(bytes.data() + header->e_phoff);
    for (int i = 0; i != header->e_phnum; ++i) {
      if (segments[i].p_type == PT_GNU_EH_FRAME) image.header_address = segments[i].p_vaddr;
    }
    REQUIRE(image.header_address != 0);
    for (int i = 0; i != header->e_phnum; ++i) {
      const Elf64_Phdr& segment = segments[i];
      if (segment.p_type != PT_LOAD || image.header_address - segment.p_vaddr >= segment.p_filesz) continue;
      image.bytes = bytes.data() + segment.p_offset;
      image.size = segment.p_filesz;
      image.address = segment.p_vaddr;
    }
    REQUIRE(image.bytes != nullptr);
  }
};

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
void compare_row(const LibraryFile& library, const std::string& expected, uint64_t begin, uint64_t end,
                 Comparison* out) {
  if (begin >= end) return;
  ++out->rows;
  out->ruled += expected != "none";
  for (uint64_t pc : {begin, end - 1}) {
    const std::string found = text_of(find_frame_rule(library.image, pc));
    if (found == expected) continue;
    std::ostringstream text;
    text << library.path << " +0x" << std::hex << pc << ": " << found << ", readelf says " << expected;
    if (out->different++ == 0) out->first_difference = text.str();
  }
}

// Reads `readelf --debug-dump=frames-interp` line by line.
class ReadelfTable {
 public:
  explicit ReadelfTable(const LibraryFile& library) : library_(library) {}

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

  const LibraryFile& library_;
  Comparison comparison_;
  std::vector<std::string> names_;
  std::vector<std::pair<uint64_t, std::string>> rows_;
  std::map<uint64_t, std::string> cie_row_;
  std::map<uint64_t, bool> signal_;
  uint64_t cie_ = 0, begin_ = 0, end_ = 0;
  bool in_table_ = false, in_fde_ = false;
};

Comparison compare_with_readelf(const LibraryFile& library) {
  ReadelfTable table(library);
  FILE* const output =
      popen(("LC_ALL=C readelf --wide --debug-dump=frames-interp " + library.path).c_str(), "r");
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
  const void* const inside[] = {reinterpret_cast<const void*>(&fopencookie),
                                dlsym(RTLD_DEFAULT, "_ZNSs6appendEPKc"),
                                dlsym(RTLD_DEFAULT, "_Unwind_Backtrace")};
  for (const void* address : inside) {
    REQUIRE(address != nullptr);
    const LibraryFile library(address);
    const Comparison comparison = compare_with_readelf(library);
    INFO(library.path, ": ", comparison.rows, " rows, ", comparison.ruled, " with a rule");
    CHECK_MESSAGE(comparison.different == 0, comparison.first_difference);
    CHECK_MESSAGE(comparison.rows > 500, "is readelf (binutils) installed?");
    CHECK(comparison.ruled > comparison.rows / 2);
  }
}
