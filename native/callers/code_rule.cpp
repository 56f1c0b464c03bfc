#include "callers/code_rule.h"

namespace benchmem::callers {

namespace {

// WHY: at a call the stack pointer is a multiple of 16, and so is the CFA.
bool is_aligned(const FrameRule& rule) noexcept { return rule.cfa_words % 2 == 0; }

bool precedes(const FrameRule& a, const FrameRule& b) noexcept {
  return is_aligned(a) == is_aligned(b) ? a.cfa_words > b.cfa_words : is_aligned(a);
}

void insert(const FrameRule& rule, CodeRules* list) noexcept {
  if (!rule.exists()) return;
  for (size_t i = 0; i != list->count; ++i) {
    if (list->rules[i].packed() == rule.packed()) return;
  }
  if (list->count == CodeRules::kMost) return;
  size_t at = list->count++;
  for (; at != 0 && precedes(rule, list->rules[at - 1]); --at) list->rules[at] = list->rules[at - 1];
  list->rules[at] = rule;
}

void append(const CodeRules& more, CodeRules* list) noexcept {
  const size_t first = list->count;
  for (size_t i = 0; i != more.count && list->count != CodeRules::kMost; ++i) {
    bool is_there = false;
    for (size_t k = 0; k != first; ++k) is_there |= list->rules[k].packed() == more.rules[i].packed();
    if (!is_there) list->rules[list->count++] = more.rules[i];
  }
}

// Where the ways from a return address leave the function.
class Ends {
 public:
  Ends(const CodeImage& image, CodeRules* returns, CodeRules* tails) noexcept
      : image_(image), returns_(*returns), tails_(*tails) {}

  CodeImage code_at(uint64_t) const noexcept { return image_; }
  bool passes(const Instruction&, const CodePath&) const noexcept { return true; }
  uint64_t leaves(Flow flow, const Instruction&, const CodePath& path) noexcept {
    if (flow == Flow::kReturn) insert(path.rule_here(), &returns_);
    if (flow == Flow::kTailJump) insert(path.rule_here(), &tails_);
    return 0;
  }

 private:
  const CodeImage& image_;
  CodeRules& returns_;
  CodeRules& tails_;
};

} // namespace

void find_code_rules(const CodeImage& image, uint64_t return_address, CodeSearchRoom* room, CodeRules* out) noexcept {
  CodeRules tails;
  *out = {};
  Ends ends(image, out, &tails);
  CodeSearch<Ends>(room, &ends).run(return_address);
  append(tails, out);
}

} // namespace benchmem::callers
