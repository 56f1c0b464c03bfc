// Runs a libFuzzer target without libFuzzer: files named on the command line, else random inputs of a seed
// (`--runs N --seed S --max-bytes B`). Finds no coverage: it is a random tester, and repeats exactly.
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count);

namespace {

constexpr uint64_t kNoSeed = UINT64_MAX;
uint64_t current_seed = kNoSeed;

// Whatever ends the program in the middle of a run: say which run it was.
void name_the_seed(int signal) {
  if (current_seed != kNoSeed) {
    std::fprintf(stderr, "failed at --seed %llu --runs 1\n", static_cast<unsigned long long>(current_seed));
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

struct Options {
  uint64_t runs = 2000;
  uint64_t seed = 1;
  uint64_t max_bytes = 4096;
  std::vector<std::string> files;
};

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(2);
}

Options parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    if (name.rfind("--", 0) != 0) {
      options.files.push_back(name);
      continue;
    }
    if (i + 1 == count) fail("no value after " + name);
    const uint64_t value = std::strtoull(arguments[++i], nullptr, 10);
    if (name == "--runs")
      options.runs = value;
    else if (name == "--seed")
      options.seed = value;
    else if (name == "--max-bytes")
      options.max_bytes = value;
    else
      fail("unknown option " + name);
  }
  return options;
}

void run_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) fail("cannot read " + path);
  const std::vector<char> text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

// One generator per run: a failing run is repeated alone with `--seed <its seed> --runs 1`.
void run_random(const Options& options) {
  std::vector<uint8_t> bytes;
  for (uint64_t run = 0; run < options.runs; ++run) {
    std::mt19937_64 random(options.seed + run);
    bytes.resize(random() % (options.max_bytes + 1));
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    current_seed = options.seed + run;
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  current_seed = kNoSeed;
  std::fprintf(stderr, "%llu random inputs, first seed %llu: no failure\n",
               static_cast<unsigned long long>(options.runs), static_cast<unsigned long long>(options.seed));
}

} // namespace

int main(int count, char** arguments) {
  const Options options = parse(count, arguments);
  std::signal(SIGABRT, name_the_seed);
  for (const std::string& file : options.files) run_file(file);
  if (options.files.empty()) run_random(options);
  return 0;
}
