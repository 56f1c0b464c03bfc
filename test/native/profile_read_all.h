// A profile's view with room for all of it, and its columns added up.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "abi/benchmem_abi.h"

namespace benchmem::profile {

struct ReadProfile {
  std::vector<uint64_t> frames;
  std::vector<uint8_t> rules;
  std::vector<uint32_t> nodes;
  std::vector<uint32_t> stacks;
  std::vector<double> figures;
  benchmem_profile_view view{};

  using Columns = std::array<int64_t, BENCHMEM_PROFILE_FIGURES>;

  // Outermost first.
  std::vector<uint64_t> path(size_t stack) const {
    std::vector<uint64_t> keys;
    for (uint32_t node = stacks[stack]; node != 0; node = nodes[2 * node]) {
      keys.insert(keys.begin(), frames[nodes[2 * node + 1]]);
    }
    return keys;
  }
  Columns row(size_t stack) const {
    Columns columns{};
    for (size_t i = 0; i < columns.size(); ++i) {
      columns[i] = static_cast<int64_t>(figures[columns.size() * stack + i]);
    }
    return columns;
  }
  Columns sums() const {
    Columns all{};
    for (size_t stack = 0; stack < stacks.size(); ++stack) {
      const Columns columns = row(stack);
      for (size_t i = 0; i < all.size(); ++i) all[i] += columns[i];
    }
    return all;
  }
};

// `read` is called twice: for the sizes, then with room for them.
template <class Read>
ReadProfile read_all(Read read) {
  ReadProfile profile;
  read(&profile.view);
  profile.frames.resize(profile.view.frame_count);
  profile.rules.resize(profile.view.frame_count);
  profile.nodes.resize(2 * profile.view.node_count);
  profile.stacks.resize(profile.view.stack_count);
  profile.figures.resize(BENCHMEM_PROFILE_FIGURES * profile.view.stack_count);
  profile.view.frames = profile.frames.data();
  profile.view.frame_rules = profile.rules.data();
  profile.view.nodes = profile.nodes.data();
  profile.view.stacks = profile.stacks.data();
  profile.view.figures = profile.figures.data();
  read(&profile.view);
  return profile;
}

} // namespace benchmem::profile
