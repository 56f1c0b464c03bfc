// The engine's code from an ELF file's symbols: names, hand-made files, broken files, runs against a plain
// map.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>

#include "callers/engine_symbols.h"
#include "callers_elf_image.h"

using namespace benchmem::callers;
using callers_test::ElfImage;
using callers_test::NamedSymbol;

namespace {

struct ParsedRuns {
  bool found = false;
  std::vector<CodeRun> runs;
  BuiltinsSpan builtins;
};

// The bytes in a block of exactly their size, so that AddressSanitizer sees each step beyond it.
ParsedRuns parse(const std::vector<uint8_t>& bytes) {
  const std::unique_ptr<uint8_t[]> exact(new uint8_t[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), exact.get());
  const FileBytes file{exact.get(), bytes.size()};
  ParsedRuns parsed;
  SymbolTable table;
  parsed.found = find_symbol_table(file, &table);
  if (!parsed.found) return parsed;
  parsed.runs.resize(table.symbol_count);
  std::vector<CodeRun> spare(table.symbol_count);
  parsed.runs.resize(read_code_runs(file, table, parsed.runs.data(), spare.data(), &parsed.builtins));
  return parsed;
}

CodeKind kind_of(const std::string& name) { return code_kind_of(name.data(), name.size()); }

CodeKind kind_in(const ParsedRuns& parsed, uint64_t address) {
  return kind_at(parsed.runs.data(), parsed.runs.size(), address - ElfImage::kCodeBegin);
}

const char* const kEngineName = "_ZN2v88internal4Heap7ScavengeEv";
const char* const kProgramName = "_ZN4node6Buffer3NewEv";
const char* const kLibraryName = "_ZNSt6vectorIiSaIiEE17_M_realloc_insertEv";

std::vector<NamedSymbol> random_symbols(std::mt19937& random, size_t count) {
  const char* const names[] = {kEngineName, kProgramName, kLibraryName, "uv_loop_init", ""};
  std::vector<NamedSymbol> symbols;
  for (size_t i = 0; i != count; ++i) {
    symbols.push_back({names[random() % 5], ElfImage::kCodeBegin + random() % 4096});
  }
  return symbols;
}

bool valid_runs(const std::vector<CodeRun>& runs) {
  CodeKind before = CodeKind::kProgram;
  for (size_t i = 0; i != runs.size(); ++i) {
    if (i != 0 && run_start(runs[i]) <= run_start(runs[i - 1])) return false;
    if (run_kind(runs[i]) == before || static_cast<int>(run_kind(runs[i])) > 3) return false;
    before = run_kind(runs[i]);
  }
  return true;
}

} // namespace

TEST_CASE("a name tells V8, its platform and the standard library from the program") {
  const char* const engine[] = {
      "_ZN2v88internal8compiler4Node3NewEPNS0_4ZoneE",
      "_ZNK2v88internal6String6lengthEv",
      "_ZN2v84base6MallocEm",
      "_ZN2v88internal12BackingStore8AllocateEPNS0_7IsolateEmNS0_10SharedFlagENS0_15InitializedFlagE",
      "_ZN5cppgc8internal9HeapBase7CollectEv",
      "_ZThn8_N2v88internal14LocalAllocatorD0Ev",
      "_ZNSt6vectorIN2v88internal7HandleIEESaIS3_EE17_M_realloc_insertEv",
      "_ZN2v88platform15DefaultJobState4JoinEv",
      "_ZN2v812_GLOBAL__N_130GetAndCopyFirstArgumentAsBytesEv",
      "_ZNSt8_Rb_treeIiSt4pairIKiN4heap4base5Stack7SegmentEEE5clearEv",
      "_ZN4node12NodePlatform8PostTaskEv",
      "_ZThn8_N4node22PerIsolatePlatformData23PostNonNestableTaskImplEv",
      "_ZN4node23WorkerThreadsTaskRunner20DelayedTaskScheduler12ScheduleTask3RunEv",
      "_ZN4node9TaskQueueINS_14TaskQueueEntryEE6Locked4PushEv",
      "_GLOBAL__sub_I__ZN2v88internal4FlagE",
  };
  for (const char* name : engine) CHECK_MESSAGE(kind_of(name) == CodeKind::kEngine, name);
  const char* const backing_store[] = {
      "_ZN2v88internal12BackingStore35TryAllocateAndPartiallyCommitMemoryEPNS0_7IsolateEmmmmmNS0_14WasmMemoryFlagE",
      "_ZN2v88internal12BackingStore18AllocateWasmMemoryEPNS0_7IsolateEmmNS0_14WasmMemoryFlagENS0_10SharedFlagE",
  };
  for (const char* name : backing_store) CHECK_MESSAGE(kind_of(name) == CodeKind::kBackingStore, name);
  const char* const program[] = {
      "",
      "_",
      "_Z",
      "_ZN",
      "malloc",
      "uv__malloc",
      "Builtins_CEntry",
      "_ZN2v811ArrayBuffer3NewEPNS_7IsolateEm",
      "_ZN4node24NodeArrayBufferAllocator8AllocateEm",
      "_ZN2v88interna",
      "_ZN2v88internal12BackingStoreD2Ev",
      "_ZN2v88internal4Heap28AllocateExternalBackingStoreERKSt8functionIFPvmEEm",
      "_ZN6icu_7811PatternMap8copyFromEv",
      "_ZNSt17_Function_handlerIFvvEZN3foo3barEvEUlvE_E9_M_invokeERKSt9_Any_data",
      "_ZNSt6vectorIN4node6BufferESaIS1_EE17_M_realloc_insertEv",
      "_ZN6v8impl12_GLOBAL__N_123FunctionCallbackWrapper6InvokeERKN2v820FunctionCallbackInfoINS2_5ValueEEE",
      "_ZN6v8impl9Reference12WeakCallbackERKN2v816WeakCallbackInfoIS0_EE",
      "napi",
      "_Z30napi_module_register_by_symbolN2v85LocalINS_6ObjectEEE",
  };
  for (const char* name : program) CHECK_MESSAGE(kind_of(name) == CodeKind::kProgram, name);
  const char* const library[] = {
      kLibraryName,
      "_Znwm",
      "_ZNSs6appendEPKc",
      "_ZNKSt7__cxx1112basic_stringIcE3strEv",
      "_ZN9__gnu_cxx3fooEv",
      "_ZN4absl18container_internal4GrowEv",
      "napi_create_reference",
      "node_api_create_object_with_properties",
      "_ZN6v8impl9Reference3NewEP10napi_env__N2v85LocalINS3_5ValueEEEjNS_18ReferenceOwnershipE",
      "_ZN6v8impl16TrackedFinalizer3NewEP10napi_env__PFvS2_PvS3_ES3_S3_",
      "_ZN6v8impl12_GLOBAL__N_123FunctionCallbackWrapper11NewFunctionEP10napi_env__PFP12napi_value__S3_P20napi",
  };
  for (const char* name : library) CHECK_MESSAGE(kind_of(name) == CodeKind::kOnBehalf, name);
}

TEST_CASE("an engine mark is found at any position of a name") {
  const std::string mark = "2v84base";
  for (size_t before = 0; before != 40; ++before) {
    for (size_t after = 0; after < 40; after += 13) {
      const std::string name = "_ZN3foo" + std::string(before, 'x') + mark + std::string(after, 'y');
      CHECK(kind_of(name) == CodeKind::kEngine);
      CHECK(kind_of(name.substr(0, name.size() - after - 1)) == CodeKind::kProgram); // the mark's last letter is off
    }
  }
}

TEST_CASE("a name ends at its NUL, whatever the names behind it are") {
  const std::string behind = std::string(1, '\0') + "2v88internal4Heap" + kEngineName + std::string(1, '\0') + "napi_";
  const char* const names[] = {"",         "_",     "_Z",   "_ZN",        "_ZNK",
                               "_ZN4node", "_ZN2v", "napi", "_ZN6v8impl", "_ZNSt6vectorIiE3add"};
  for (const char* name : names) {
    for (size_t before = 0; before != 20; ++before) {
      const std::string longer = std::string(name) + std::string(before, 'x');
      CHECK_MESSAGE(kind_of(longer + behind) == kind_of(longer), longer);
    }
  }
}

TEST_CASE("symbols become runs that reach to the next function") {
  const uint64_t base = ElfImage::kCodeBegin;
  const ParsedRuns parsed = parse(ElfImage({{kProgramName, base + 0x100},
                                            {kEngineName, base + 0x200},
                                            {kEngineName, base + 0x280},
                                            {"data in code is no border", base + 0x2c0, STT_OBJECT},
                                            {kProgramName, base + 0x2c8, STT_FUNC, SHN_UNDEF},
                                            {kProgramName, 0x1000}, // outside of the code
                                            {kLibraryName, base + 0x300},
                                            {kProgramName, base + 0x400},
                                            {kEngineName, base + 0x500}})
                                      .bytes);
  REQUIRE(parsed.found);
  const std::vector<CodeRun> expected = {make_run(0x200, CodeKind::kEngine), make_run(0x300, CodeKind::kOnBehalf),
                                         make_run(0x400, CodeKind::kProgram), make_run(0x500, CodeKind::kEngine)};
  CHECK(parsed.runs == expected);
  CHECK(count_engine_runs(parsed.runs.data(), parsed.runs.size()) == 2);
  CHECK(kind_in(parsed, base) == CodeKind::kProgram);
  CHECK(kind_in(parsed, base + 0x1ff) == CodeKind::kProgram);
  CHECK(kind_in(parsed, base + 0x200) == CodeKind::kEngine);
  CHECK(kind_in(parsed, base + 0x2ff) == CodeKind::kEngine);
  CHECK(kind_in(parsed, base + 0x300) == CodeKind::kOnBehalf);
  CHECK(kind_in(parsed, base + 0x4ff) == CodeKind::kProgram);
  CHECK(kind_in(parsed, base + ElfImage::kCodeBytes - 1) == CodeKind::kEngine);
}

TEST_CASE("V8's builtins reach from the first that is named to the end of the last") {
  const uint64_t base = ElfImage::kCodeBegin;
  const ParsedRuns parsed = parse(ElfImage({{"Builtins_Call", base + 0x300, STT_FUNC, 1, 0x40},
                                            {"Builtins_Abort", base + 0x200, STT_FUNC, 1, 0x40},
                                            {"Builtins_", base + 0x100, STT_FUNC, 1, 0x40}, // no name behind it
                                            {"Builtin", base + 0x900, STT_FUNC, 1, 0x40},
                                            {kEngineName, base + 0x500, STT_FUNC, 1, 0x40}})
                                      .bytes);
  CHECK(parsed.builtins.begin == base + 0x200);
  CHECK(parsed.builtins.end == base + 0x340);
  CHECK(parse(ElfImage({{kEngineName, base}}).bytes).builtins.end == 0);
  const ParsedRuns beyond = parse(ElfImage({{"Builtins_Call", base, STT_FUNC, 1, ~uint64_t{0}}}).bytes);
  CHECK(beyond.builtins.end == base + ElfImage::kCodeBytes);
}

TEST_CASE("functions that the linker folded together are whoever called them") {
  const uint64_t address = ElfImage::kCodeBegin + 0x40;
  const ParsedRuns mixed = parse(ElfImage({{kEngineName, address}, {kProgramName, address}}).bytes);
  CHECK(kind_in(mixed, address) == CodeKind::kOnBehalf);
  const ParsedRuns alike = parse(ElfImage({{kEngineName, address}, {kEngineName, address}}).bytes);
  CHECK(kind_in(alike, address) == CodeKind::kEngine);
}

TEST_CASE("runs agree with a plain map over random symbols") {
  std::mt19937 random(7);
  for (int round = 0; round != 200; ++round) {
    const std::vector<NamedSymbol> symbols = random_symbols(random, 1 + random() % 300);
    std::map<uint64_t, CodeKind> starts;
    for (const NamedSymbol& symbol : symbols) {
      const CodeKind kind = kind_of(symbol.name);
      const auto known = starts.emplace(symbol.address, kind).first;
      if (known->second != kind) known->second = CodeKind::kOnBehalf;
    }
    const ParsedRuns parsed = parse(ElfImage(symbols).bytes);
    REQUIRE(parsed.found);
    CHECK(valid_runs(parsed.runs));
    for (uint64_t address = ElfImage::kCodeBegin; address != ElfImage::kCodeBegin + 4200; ++address) {
      const auto after = starts.upper_bound(address);
      const CodeKind expected = after == starts.begin() ? CodeKind::kProgram : std::prev(after)->second;
      REQUIRE(kind_in(parsed, address) == expected);
    }
  }
}

TEST_CASE("the radix sort sorts") {
  std::mt19937 random(11);
  for (size_t count : {size_t{0}, size_t{1}, size_t{2}, size_t{1000}, size_t{50000}}) {
    std::vector<CodeRun> words(count), spare(count);
    for (CodeRun& word : words) word = static_cast<CodeRun>(random());
    std::vector<CodeRun> expected = words;
    std::sort(expected.begin(), expected.end());
    sort_runs(words.data(), spare.data(), count);
    CHECK(words == expected);
  }
}

TEST_CASE("a file that is no usable ELF file is refused") {
  const std::vector<NamedSymbol> symbols = {{kEngineName, ElfImage::kCodeBegin}};
  CHECK_FALSE(parse({}).found);
  CHECK_FALSE(parse(std::vector<uint8_t>(4096, 0)).found);
  const auto refused = [&](auto breakage) {
    ElfImage image(symbols);
    breakage(image);
    return !parse(image.bytes).found;
  };
  CHECK_FALSE(refused([](ElfImage&) {}));
  CHECK(refused([](ElfImage& image) { image.elf_header().e_ident[0] = 0; }));
  CHECK(refused([](ElfImage& image) { image.elf_header().e_ident[EI_CLASS] = ELFCLASS32; }));
  CHECK(refused([](ElfImage& image) { image.elf_header().e_ident[EI_DATA] = ELFDATA2MSB; }));
  CHECK(refused([](ElfImage& image) { image.elf_header().e_shentsize = 63; }));
  CHECK(refused([](ElfImage& image) { image.elf_header().e_phentsize = 1; }));
  CHECK(refused([](ElfImage& image) { image.elf_header().e_shoff = ~uint64_t{0} - 8; }));
  CHECK(refused([](ElfImage& image) { image.elf_header().e_phoff = image.bytes.size() - 4; }));
  CHECK(refused([](ElfImage& image) { image.section_header(2).sh_type = SHT_PROGBITS; }));
  CHECK(refused([](ElfImage& image) { image.section_header(2).sh_entsize = 16; }));
  CHECK(refused([](ElfImage& image) { image.section_header(2).sh_link = 9; }));
  CHECK(refused([](ElfImage& image) { image.section_header(2).sh_link = 1; }));
  CHECK(refused([](ElfImage& image) { image.section_header(2).sh_size = image.bytes.size(); }));
  CHECK(refused([](ElfImage& image) { image.section_header(3).sh_offset = ~uint64_t{0}; }));
  CHECK(refused([](ElfImage& image) { image.program_header(1).p_flags = PF_R; }));
  CHECK(refused([](ElfImage& image) { image.program_header(1).p_memsz = ~uint64_t{0}; }));
  CHECK(refused([](ElfImage& image) { image.program_header(1).p_memsz = kMaxCodeSpan + 1; }));
}

TEST_CASE("the number of sections may stand in the first one") {
  ElfImage image({{kEngineName, ElfImage::kCodeBegin}});
  image.elf_header().e_shnum = 0;
  image.section_header(0).sh_size = ElfImage::kSections;
  CHECK(parse(image.bytes).found);
}

TEST_CASE("names that begin outside or end at the border of their table do no harm") {
  ElfImage image({{kEngineName, ElfImage::kCodeBegin}, {kEngineName, ElfImage::kCodeBegin + 16}});
  image.bytes.pop_back(); // the last name has lost its NUL
  image.section_header(3).sh_size -= 1;
  image.at<Elf64_Sym>(image.section_header(2).sh_offset + sizeof(Elf64_Sym)).st_name = 0xffffffff;
  const ParsedRuns parsed = parse(image.bytes);
  REQUIRE(parsed.found);
  CHECK(parsed.runs == std::vector<CodeRun>{make_run(16, CodeKind::kEngine)});
}

TEST_CASE("truncated and corrupted files are read without leaving their bytes") {
  std::mt19937 random(3);
  const ElfImage image(random_symbols(random, 40));
  for (size_t size = 0; size != image.bytes.size(); ++size) {
    const ParsedRuns parsed = parse({image.bytes.begin(), image.bytes.begin() + static_cast<ptrdiff_t>(size)});
    REQUIRE_FALSE(parsed.found); // the names are the file's last bytes
  }
  for (size_t position = 0; position != image.headers_end; ++position) {
    for (uint8_t value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      std::vector<uint8_t> bytes = image.bytes;
      bytes[position] = value;
      const ParsedRuns parsed = parse(bytes);
      REQUIRE(valid_runs(parsed.runs));
    }
  }
}
