#include "v8_heap/code_map.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace benchmem::v8_heap {
namespace {

bool by_offset(const CodePosition& left, const CodePosition& right) noexcept { return left.offset < right.offset; }

// The last position at or before the offset; of several at one offset V8 takes the last.
uint32_t position_at(const std::vector<CodePosition>& positions, uintptr_t offset) noexcept {
  const auto after = std::upper_bound(positions.begin(), positions.end(), offset,
                                      [](uintptr_t value, const CodePosition& each) { return value < each.offset; });
  if (after == positions.begin()) return 0;
  const uint32_t position = std::prev(after)->position;
  return position == UINT32_MAX ? 0 : position + 1;
}

bool stays(CodeKind kind) noexcept { return kind == CodeKind::kBuiltin || kind == CodeKind::kWasmEntry; }

} // namespace

CodeMap::Codes::iterator CodeMap::containing(uintptr_t address) noexcept {
  auto at = codes_.upper_bound(address);
  if (at == codes_.begin()) return codes_.end();
  --at;
  return address < at->second.end ? at : codes_.end();
}

bool CodeMap::holds_builtin(uintptr_t start, uintptr_t end) noexcept {
  auto at = containing(start);
  if (at == codes_.end()) at = codes_.lower_bound(start);
  for (; at != codes_.end() && at->first < end; ++at) {
    if (stays(at->second.kind)) return true;
  }
  return false;
}

void CodeMap::erase_range(uintptr_t start, uintptr_t end) {
  auto at = containing(start);
  if (at == codes_.end()) at = codes_.lower_bound(start);
  while (at != codes_.end() && at->first < end) at = codes_.erase(at);
}

void CodeMap::add(uintptr_t start, size_t bytes, CodeKind kind, uint32_t function) {
  if (bytes == 0 || bytes > kMostCodeBytes || start > UINTPTR_MAX - bytes) return;
  if (!stays(kind) && holds_builtin(start, start + bytes)) return;
  ++version_;
  erase_range(start, start + bytes);
  Code code{start + bytes, function, kind, {}};
  early_ones_end_ = true;
  const auto early = early_positions_.find(start);
  if (early != early_positions_.end()) {
    // Positions beyond its end are of other code that stood here and was never named.
    if (early->second.empty() || early->second.back().offset < bytes) code.positions = std::move(early->second);
    early_positions_.erase(early);
  }
  codes_.emplace(start, std::move(code));
}

void CodeMap::move(uintptr_t from, size_t bytes, uintptr_t to) {
  ++version_;
  auto moved_positions = early_positions_.extract(from);
  auto moved = codes_.extract(from);
  const size_t known_bytes = moved.empty() ? bytes : moved.mapped().end - from;
  if (known_bytes <= kMostCodeBytes && to <= UINTPTR_MAX - known_bytes) erase_range(to, to + known_bytes);
  early_positions_.erase(to);
  if (!moved_positions.empty()) {
    moved_positions.key() = to;
    early_positions_.insert(std::move(moved_positions));
  }
  if (!moved.empty()) {
    moved.key() = to;
    moved.mapped().end = to + known_bytes;
    codes_.insert(std::move(moved));
  }
}

void CodeMap::remove(uintptr_t start, size_t bytes) {
  ++version_;
  erase_range(start, start + std::max<size_t>(bytes, 1));
  early_positions_.erase(start);
}

void CodeMap::set_positions(uintptr_t start, std::vector<CodePosition> positions) {
  if (!std::is_sorted(positions.begin(), positions.end(), by_offset)) {
    std::stable_sort(positions.begin(), positions.end(), by_offset);
  }
  if (early_ones_end_) early_positions_.clear();
  early_ones_end_ = false;
  early_positions_[start] = std::move(positions);
}

bool CodeMap::find(uintptr_t address, CodePlace* out) noexcept {
  Answer& answer = answers_[(address ^ (address >> kAnswerBits)) % (size_t{1} << kAnswerBits)];
  if (answer.address != address || answer.version != version_) {
    answer = {address, version_, {}, false};
    const auto at = containing(address);
    if (at != codes_.end()) {
      const Code& code = at->second;
      answer.place = {code.function, position_at(code.positions, address - at->first), code.kind};
      answer.found = true;
    }
  }
  *out = answer.place;
  return answer.found;
}

void CodeMap::clear() {
  ++version_;
  codes_.clear();
  early_positions_.clear();
  early_ones_end_ = false;
}

} // namespace benchmem::v8_heap
