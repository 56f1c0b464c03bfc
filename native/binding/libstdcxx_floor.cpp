// What the compiler's C++ headers call and an old libstdc++ does not have, so that the addon loads where Node 20 runs.
#include <cstdlib>

namespace std {

// Since GLIBCXX_3.4.29: of containers that were asked for more elements than there can be. There are no exceptions here.
[[noreturn]] void __throw_bad_array_new_length() { std::abort(); }

} // namespace std
