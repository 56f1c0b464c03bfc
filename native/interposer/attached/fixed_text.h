// Copies text into the fixed fields of the C interface: cut if longer, always ended by NUL.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_FIXED_TEXT_H_
#define BENCHMEM_INTERPOSER_ATTACHED_FIXED_TEXT_H_

#include <cstddef>

namespace benchmem::attached {

template <size_t kRoom>
void copy_text(char (&out)[kRoom], const char* text) noexcept {
  size_t length = 0;
  for (; length + 1 < kRoom && text[length] != '\0'; ++length) out[length] = text[length];
  out[length] = '\0';
}

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_FIXED_TEXT_H_
