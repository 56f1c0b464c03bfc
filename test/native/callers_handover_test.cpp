// What a process leaves the next one of its engine's symbols: taken over whole or not at all.
#include <doctest/doctest.h>

#include <cstring>
#include <elf.h>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "callers/engine_handover.h"
#include "callers/engine_ranges.h"

using namespace benchmem::callers;

namespace {

constexpr CodeSpan kCode{0x400000, 0x500000};
constexpr BuiltinsSpan kBuiltins{0x410000, 0x420000};
const std::vector<CodeRun> kRuns = {make_run(0x200, CodeKind::kEngine), make_run(0x300, CodeKind::kOnBehalf),
                                    make_run(0x400, CodeKind::kProgram), make_run(0x500, CodeKind::kBackingStore)};

EngineIdentity identity(uint8_t first = 1) {
  EngineIdentity made;
  made.engine.length = made.reader.length = 20;
  made.engine.bytes[0] = first;
  made.reader.bytes[19] = 7;
  made.headers = 99;
  return made;
}

struct Taken {
  bool found = false;
  std::vector<CodeRun> runs;
  BuiltinsSpan builtins;
};

// The bytes in a block of exactly their size, so that AddressSanitizer sees each step beyond it.
Taken take(const std::vector<uint8_t>& bytes, const EngineIdentity& of = identity(), const CodeSpan& code = kCode) {
  const std::unique_ptr<uint8_t[]> exact(new uint8_t[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), exact.get());
  std::vector<CodeRun> runs(bytes.size() / sizeof(CodeRun));
  KnownCode known;
  Taken taken;
  taken.found = read_handover({exact.get(), bytes.size()}, of, code, runs.data(), &known);
  if (taken.found) taken.runs.assign(known.runs, known.runs + known.run_count);
  taken.builtins = known.builtins;
  return taken;
}

std::vector<uint8_t> written(const std::vector<CodeRun>& runs, const BuiltinsSpan& builtins = kBuiltins,
                             size_t size = 1024) {
  std::vector<uint8_t> room(size);
  CHECK(write_handover({runs.data(), runs.size(), builtins}, identity(), {room.data(), room.size()}));
  return room;
}

bool is_refused(const std::vector<CodeRun>& runs, const BuiltinsSpan& builtins = kBuiltins) {
  return !take(written(runs, builtins)).found;
}

std::vector<uint8_t> note(uint32_t type, const std::string& owner, const std::vector<uint8_t>& content) {
  const Elf64_Nhdr head{static_cast<uint32_t>(owner.size()), static_cast<uint32_t>(content.size()), type};
  std::vector<uint8_t> bytes(sizeof head);
  memcpy(bytes.data(), &head, sizeof head);
  bytes.insert(bytes.end(), owner.begin(), owner.end());
  bytes.resize((bytes.size() + 3) & ~size_t{3});
  bytes.insert(bytes.end(), content.begin(), content.end());
  bytes.resize((bytes.size() + 3) & ~size_t{3});
  return bytes;
}

BuildId id_in(const std::vector<uint8_t>& notes) {
  const std::unique_ptr<uint8_t[]> exact(new uint8_t[notes.size()]);
  std::copy(notes.begin(), notes.end(), exact.get());
  return find_build_id({exact.get(), notes.size()});
}

const std::string kGnu("GNU\0", 4);

} // namespace

TEST_CASE("what was handed over is taken over as it was") {
  const Taken taken = take(written(kRuns));
  REQUIRE(taken.found);
  CHECK(taken.runs == kRuns);
  CHECK(taken.builtins.begin == kBuiltins.begin);
  CHECK(taken.builtins.end == kBuiltins.end);
  CHECK(take(written(kRuns, {0, 0})).found); // no builtin is named
}

TEST_CASE("a handover that does not fit leaves the room as it was") {
  const size_t needed = written(kRuns, kBuiltins, 1024).size();
  size_t smallest = 0;
  for (size_t size = 0; size != needed; ++size) {
    std::vector<uint8_t> room(size, 0xab);
    const bool fits = write_handover({kRuns.data(), kRuns.size(), kBuiltins}, identity(), {room.data(), size});
    if (fits && smallest == 0) smallest = size;
    if (!fits) CHECK(room == std::vector<uint8_t>(size, 0xab));
    CHECK(fits == (smallest != 0));
    CHECK(take(room).found == fits);
  }
  CHECK(smallest > kRuns.size() * sizeof(CodeRun));
}

TEST_CASE("nothing is taken over from another engine, for another reader, or by who cannot tell") {
  const std::vector<uint8_t> room = written(kRuns);
  EngineIdentity other = identity(2);
  CHECK_FALSE(take(room, other).found);
  other = identity();
  other.reader.bytes[19] = 8;
  CHECK_FALSE(take(room, other).found);
  other = identity();
  other.engine.length = 16;
  CHECK_FALSE(take(room, other).found);
  other = identity();
  other.headers = 98;
  CHECK_FALSE(take(room, other).found);
  for (BuildId EngineIdentity::*absent : {&EngineIdentity::engine, &EngineIdentity::reader}) {
    EngineIdentity unnamed = identity();
    (unnamed.*absent).length = 0;
    std::vector<uint8_t> empty(1024);
    CHECK_FALSE(write_handover({kRuns.data(), kRuns.size(), kBuiltins}, unnamed, {empty.data(), empty.size()}));
    CHECK(empty == std::vector<uint8_t>(1024));
    CHECK_FALSE(take(room, unnamed).found);
  }
}

TEST_CASE("a handover with one byte changed is none") {
  const std::vector<uint8_t> good = written(kRuns, kBuiltins, 1024);
  size_t used = good.size();
  while (good[used - 1] == 0) --used;
  for (size_t position = 0; position != used; ++position) {
    for (uint8_t change : {0x01, 0x80, 0xff}) {
      std::vector<uint8_t> bytes = good;
      bytes[position] ^= change;
      CHECK_FALSE(take(bytes).found);
    }
    CHECK_FALSE(take({good.begin(), good.begin() + static_cast<ptrdiff_t>(position)}).found);
  }
}

TEST_CASE("runs that were written on purpose keep the invariant, or are refused") {
  CHECK(is_refused({make_run(0x200, CodeKind::kProgram)}));
  CHECK(is_refused({make_run(0x200, CodeKind::kOnBehalf)})); // no engine
  CHECK(is_refused({make_run(0x200, CodeKind::kEngine), make_run(0x200, CodeKind::kOnBehalf)}));
  CHECK(is_refused({make_run(0x300, CodeKind::kEngine), make_run(0x200, CodeKind::kOnBehalf)}));
  CHECK(is_refused({make_run(0x200, CodeKind::kEngine), make_run(0x300, CodeKind::kEngine)}));
  CHECK(is_refused({make_run(0x100000, CodeKind::kEngine)}));
  CHECK_FALSE(is_refused({make_run(0xfffff, CodeKind::kEngine)}));
  CHECK(is_refused(kRuns, {kCode.begin - 1, kCode.end}));
  CHECK(is_refused(kRuns, {kCode.begin, kCode.end + 1}));
  CHECK(is_refused(kRuns, {kCode.begin + 2, kCode.begin + 1}));
  CHECK_FALSE(is_refused(kRuns, {kCode.begin, kCode.end}));
}

TEST_CASE("no runs are no handover") {
  std::vector<uint8_t> bytes = written(kRuns);
  CHECK_FALSE(write_handover({kRuns.data(), 0, kBuiltins}, identity(), {bytes.data(), bytes.size()}));
  CHECK(take(bytes).runs == kRuns);
  constexpr size_t kSum = sizeof(uint64_t), kCount = kSum + sizeof(EngineIdentity) + sizeof(BuiltinsSpan);
  const uint64_t none = 0;
  memcpy(bytes.data() + kCount, &none, sizeof none);
  const uint64_t sum = checksum_of({bytes.data() + kSum, kCount + sizeof none - kSum});
  memcpy(bytes.data(), &sum, sizeof sum);
  CHECK_FALSE(take(bytes).found);
}

TEST_CASE("a build id is found among notes, and never outside them") {
  const std::vector<uint8_t> id = {1, 2, 3, 4, 5, 6, 7};
  std::vector<uint8_t> notes = note(NT_GNU_ABI_TAG, kGnu, {9, 9, 9, 9});
  for (const auto& further : {note(NT_GNU_BUILD_ID, "Go", {1}), note(NT_GNU_BUILD_ID, kGnu, id)}) {
    notes.insert(notes.end(), further.begin(), further.end());
  }
  const BuildId found = id_in(notes);
  REQUIRE(found.length == id.size());
  CHECK(std::vector<uint8_t>(found.bytes, found.bytes + id.size()) == id);
  CHECK(id_in({}).length == 0);
  CHECK(id_in(note(NT_GNU_BUILD_ID, kGnu, {})).length == 0);
  CHECK(id_in(note(NT_GNU_BUILD_ID, kGnu, std::vector<uint8_t>(33, 1))).length == 0);
  CHECK(id_in(note(NT_GNU_BUILD_ID, kGnu, std::vector<uint8_t>(32, 1))).length == 32);
  for (size_t size = 0; size != notes.size() - 1; ++size) { // the id's padding may be missing
    CHECK(id_in({notes.begin(), notes.begin() + static_cast<ptrdiff_t>(size)}).length == 0);
  }
}

TEST_CASE("notes of any bytes are read inside their bounds") {
  std::mt19937 random(5);
  const std::vector<uint8_t> good = note(NT_GNU_BUILD_ID, kGnu, std::vector<uint8_t>(20, 1));
  for (int round = 0; round != 20000; ++round) {
    std::vector<uint8_t> bytes = good;
    for (int changes = 0; changes != 3; ++changes) bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    REQUIRE(id_in(bytes).length <= BuildId::kMaxBytes);
  }
}

TEST_CASE("a process reads its own symbols once, and takes over what it finds of them later") {
  std::vector<uint8_t> bytes(1 << 20);
  const HandoverRoom room{bytes.data(), bytes.size()};
  const EngineRanges read = find_engine(room);
  REQUIRE(read.found()); // v8::internal of callers_classify_test.cpp
  const std::vector<uint8_t> first = bytes;
  REQUIRE(first != std::vector<uint8_t>(bytes.size()));
  const EngineRanges taken = find_engine(room);
  CHECK(bytes == first);
  CHECK(std::vector<CodeRun>(taken.runs, taken.runs + taken.run_count) ==
        std::vector<CodeRun>(read.runs, read.runs + read.run_count));
  CHECK(taken.engine_runs == read.engine_runs);
  CHECK(taken.code_begin == read.code_begin);
  CHECK(taken.code_end == read.code_end);
  CHECK(taken.builtins.begin == read.builtins.begin);
  CHECK(taken.builtins.end == read.builtins.end);
  release_engine(taken);

  // What stands there is believed: no symbol of this program says so.
  const CodeRun made[] = {make_run(1, CodeKind::kEngine)};
  EngineIdentity own;
  memcpy(&own, first.data() + sizeof(uint64_t), sizeof own);
  REQUIRE(write_handover({made, 1, {}}, own, room));
  const EngineRanges believed = find_engine(room);
  CHECK(believed.run_count == 1);
  release_engine(believed);

  bytes[40] ^= 1;
  const EngineRanges again = find_engine(room);
  CHECK(again.run_count == read.run_count);
  CHECK(bytes[40] == first[40]);
  release_engine(again);
  CHECK(find_engine({}).found());
  release_engine(read);
}
