// Parser of the script text. Every number is checked here, so that the running threads need no checks.
// Must not run anything.
#include "script.h"

#include <cstdlib>
#include <sstream>

namespace ground_truth {
namespace {

// What the arguments after the operation's name are, in order: s slot, f first, b second, p pattern.
struct OperationSyntax {
  const char* name;
  Operation operation;
  const char* arguments;
};

constexpr OperationSyntax kOperations[] = {
    {"malloc", Operation::kMalloc, "sb"},
    {"calloc", Operation::kCalloc, "sfb"},
    {"realloc", Operation::kRealloc, "sb"},
    {"reallocarray", Operation::kReallocArray, "sfb"},
    {"memalign", Operation::kMemalign, "sfb"},
    {"aligned_alloc", Operation::kAlignedAlloc, "sfb"},
    {"posix_memalign", Operation::kPosixMemalign, "sfb"},
    {"valloc", Operation::kValloc, "sb"},
    {"pvalloc", Operation::kPvalloc, "sb"},
    {"new", Operation::kNew, "sb"},
    {"newarray", Operation::kNewArray, "sb"},
    {"new_nothrow", Operation::kNewNothrow, "sb"},
    {"new_aligned", Operation::kNewAligned, "sfb"},
    {"strdup", Operation::kStrdup, "sb"},
    {"strndup", Operation::kStrndup, "sb"},
    {"free", Operation::kFree, "s"},
    {"delete", Operation::kDelete, "s"},
    {"free_null", Operation::kFreeNull, ""},
    {"fill", Operation::kFill, "spf"},
    {"fail_malloc", Operation::kFailMalloc, "b"},
    {"fail_calloc", Operation::kFailCalloc, "fb"},
    {"fail_realloc", Operation::kFailRealloc, "sb"},
    {"fail_posix_memalign", Operation::kFailPosixMemalign, "fb"},
    {"exit", Operation::kExit, ""},
};

constexpr struct {
  const char* name;
  Pattern pattern;
} kPatterns[] = {
    {"zero", Pattern::kZero}, {"ones", Pattern::kOnes}, {"small", Pattern::kSmall}, {"random", Pattern::kRandom}};

constexpr struct {
  const char* name;
  Meeting meeting;
} kMeetings[] = {
    {"barrier", Meeting::kBarrier}, {"open", Meeting::kOpen}, {"drain", Meeting::kDrain}, {"close", Meeting::kClose}};

bool parse_number(const std::string& word, uint64_t* out) {
  if (word.empty() || word[0] < '0' || word[0] > '9') return false;
  char* end = nullptr;
  *out = std::strtoull(word.c_str(), &end, 10);
  return *end == '\0';
}

class Parser {
 public:
  explicit Parser(Script* out) : script_(*out) {}

  std::string parse(const std::string& text) {
    std::istringstream lines(text);
    std::string line;
    while (std::getline(lines, line)) {
      line_ += 1;
      if (!parse_line(line)) return "line " + std::to_string(line_) + ": cannot read '" + line + "'";
    }
    end_phase(Meeting::kEnd);
    return "";
  }

 private:
  bool parse_line(const std::string& line) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::vector<std::string> parts;
    for (std::string word; words >> word;) parts.push_back(word);
    if (parts.empty()) return true;
    uint64_t number = 0;
    if (parts[0] == "threads" || parts[0] == "slots") {
      if (parts.size() != 2 || !parse_number(parts[1], &number) || number > 10'000'000) return false;
      (parts[0] == "threads" ? script_.threads : script_.slots) = static_cast<uint32_t>(number);
      begin_phase();
      return true;
    }
    if (parts.size() == 1 && parts[0] == "serial") {
      if (!phase_is_empty()) return false;
      phase_.serial = true;
      return true;
    }
    for (const auto& meeting : kMeetings) {
      if (parts.size() != 1 || parts[0] != meeting.name) continue;
      end_phase(meeting.meeting);
      return true;
    }
    return parts.size() >= 2 && parse_step(parts);
  }

  bool parse_step(const std::vector<std::string>& parts) {
    uint64_t thread = script_.threads;
    if (parts[0] != "js" && (!parse_number(parts[0], &thread) || thread >= script_.threads)) return false;
    for (uint32_t ended : ended_) {
      if (ended == thread) return false;
    }
    for (const OperationSyntax& syntax : kOperations) {
      if (parts[1] != syntax.name) continue;
      Step step{};
      step.operation = syntax.operation;
      step.line = line_;
      return parse_arguments(parts, syntax.arguments, &step) && add(static_cast<uint32_t>(thread), step);
    }
    return false;
  }

  bool parse_arguments(const std::vector<std::string>& parts, const char* arguments, Step* step) {
    size_t at = 2;
    for (const char* argument = arguments; *argument != '\0'; ++argument, ++at) {
      if (at >= parts.size()) return false;
      uint64_t number = 0;
      if (*argument == 'p') {
        if (!parse_pattern(parts[at], &step->pattern)) return false;
        continue;
      }
      if (!parse_number(parts[at], &number)) return false;
      if (*argument == 's' && number >= script_.slots) return false;
      if (*argument == 's') step->slot = static_cast<uint32_t>(number);
      if (*argument == 'f') step->first = number;
      if (*argument == 'b') step->second = number;
    }
    return at == parts.size();
  }

  static bool parse_pattern(const std::string& word, Pattern* out) {
    for (const auto& known : kPatterns) {
      if (word != known.name) continue;
      *out = known.pattern;
      return true;
    }
    return false;
  }

  bool add(uint32_t thread, Step step) {
    if (step.operation == Operation::kExit) {
      if (thread == script_.threads || phase_.serial) return false;
      phase_.exits.push_back(thread);
      ended_.push_back(thread);
    }
    if (phase_.serial) {
      step.turn = ++turn_;
      step.next_thread = UINT32_MAX;
      if (phase_.first_turn == 0) {
        phase_.first_turn = turn_;
      } else {
        phase_.steps[last_thread_].back().next_thread = thread;
      }
      last_thread_ = thread;
    }
    phase_.steps[thread].push_back(step);
    return true;
  }

  void begin_phase() {
    phase_ = Phase();
    phase_.steps.resize(script_.threads + 1);
  }

  bool phase_is_empty() const {
    for (const auto& steps : phase_.steps) {
      if (!steps.empty()) return false;
    }
    return true;
  }

  void end_phase(Meeting meeting) {
    phase_.ends_with = meeting;
    phase_.parties = script_.threads + 1 - static_cast<uint32_t>(ended_.size());
    script_.phases.push_back(std::move(phase_));
    begin_phase();
  }

  Script& script_;
  Phase phase_;
  std::vector<uint32_t> ended_;
  uint32_t last_thread_ = 0;
  uint32_t turn_ = 0;
  uint32_t line_ = 0;
};

} // namespace

const char* name_of(Operation operation) noexcept {
  for (const OperationSyntax& syntax : kOperations) {
    if (syntax.operation == operation) return syntax.name;
  }
  return "?";
}

std::string parse_script(const std::string& text, Script* out) {
  *out = Script();
  return Parser(out).parse(text);
}

} // namespace ground_truth
