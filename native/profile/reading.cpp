// What a profile says: its sums, their comparison with the tracker's, and its tables for a reader.

#include "profile/profile.h"

namespace benchmem::profile {

Totals Profile::add_up() const noexcept {
  Totals totals = {};
  for (uint32_t stack = 1; stack <= table_.stack_count(); ++stack) {
    const StackFigures& figures = figures_[stack];
    totals.allocations += figures.allocations;
    totals.bytes += figures.bytes;
    totals.live += figures.holds.bytes;
    totals.sum_at_mark += sum_mark_.at_mark(figures.sum_mark, figures.holds).bytes;
    totals.peak += own_mark_.at_mark(figures.own_mark, figures.holds).bytes;
  }
  return totals;
}

bool Profile::compare(const char* figure, int64_t stacks, int64_t tracker) noexcept {
  if (stacks == tracker) return true;
  difference_ = {figure, stacks, tracker};
  give_up(BENCHMEM_PROFILE_DIFFERS);
  return false;
}

void Profile::check(const Totals& tracker, int64_t sum_peak) noexcept {
  checked_ = tracker;
  if (is_void()) return;
  const Totals own = add_up();
  static_cast<void>(
      compare("allocations", static_cast<int64_t>(own.allocations), static_cast<int64_t>(tracker.allocations)) &&
      compare("allocated bytes", static_cast<int64_t>(own.bytes), static_cast<int64_t>(tracker.bytes)) &&
      compare("live bytes", own.live, tracker.live) &&
      compare("bytes at the peak of the sum", own.sum_at_mark, tracker.sum_at_mark) &&
      compare("peak bytes", own.peak, tracker.peak) &&
      compare("highest native bytes", own_mark_.highest(), tracker.peak) &&
      compare("highest sum", sum_mark_.highest(), sum_peak));
}

void Profile::read_figures(uint32_t stack, double* out) const noexcept {
  const StackFigures& figures = figures_[stack];
  const Held own = own_mark_.at_mark(figures.own_mark, figures.holds);
  const Held sum = sum_mark_.at_mark(figures.sum_mark, figures.holds);
  const double row[BENCHMEM_PROFILE_FIGURES] = {static_cast<double>(figures.allocations),
                                                static_cast<double>(figures.bytes),
                                                static_cast<double>(figures.temporary),
                                                static_cast<double>(figures.holds.blocks),
                                                static_cast<double>(figures.holds.bytes),
                                                static_cast<double>(own.blocks),
                                                static_cast<double>(own.bytes),
                                                static_cast<double>(sum.blocks),
                                                static_cast<double>(sum.bytes)};
  for (size_t i = 0; i != BENCHMEM_PROFILE_FIGURES; ++i) out[i] = row[i];
}

// Frames are numbered from 0 for the reader.
void Profile::read(benchmem_profile_view* view) const noexcept {
  const size_t frame_room = view->frame_count;
  const size_t node_room = view->node_count;
  const size_t stack_room = view->stack_count;
  view->totals = checked_;
  view->difference = difference_;
  view->truncated_stacks = truncated_;
  view->trouble = trouble_;
  view->reads_code = walks_read_code() ? 1 : 0;
  view->frame_count = is_void() ? 0 : table_.frame_count() - 1;
  view->node_count = is_void() ? 0 : table_.node_count();
  view->stack_count = is_void() ? 0 : table_.stack_count();
  if (view->frame_count <= frame_room) {
    for (uint32_t i = 0; i != view->frame_count; ++i) {
      view->frames[i] = table_.key_of(i + 1);
      view->frame_rules[i] = table_.rule_of(i + 1);
    }
  }
  if (view->node_count <= node_room) {
    for (uint32_t i = 0; i != view->node_count; ++i) {
      view->nodes[2 * i] = i == 0 ? 0 : table_.node(i).parent;
      view->nodes[2 * i + 1] = i == 0 ? 0 : table_.node(i).frame - 1;
    }
  }
  if (view->stack_count > stack_room) return;
  for (uint32_t i = 0; i != view->stack_count; ++i) {
    view->stacks[i] = table_.node_of(i + 1);
    read_figures(i + 1, view->figures + i * BENCHMEM_PROFILE_FIGURES);
  }
}

} // namespace benchmem::profile
