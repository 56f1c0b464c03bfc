// A growing array in pages of its own, for code that must not call the allocator it patches.
// Holds trivially copyable elements only; push() says false if the system gives no more pages.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_MAPPED_ARRAY_H_
#define BENCHMEM_INTERPOSER_ATTACHED_MAPPED_ARRAY_H_

#include <sys/mman.h>

#include <cstddef>
#include <type_traits>

namespace benchmem::attached {

template <class Element>
class MappedArray {
  static_assert(std::is_trivially_copyable<Element>::value, "mremap moves the elements byte by byte");

 public:
  MappedArray() noexcept = default;
  MappedArray(const MappedArray&) = delete;
  MappedArray& operator=(const MappedArray&) = delete;
  ~MappedArray() {
    if (elements_ != nullptr) ::munmap(elements_, mapped_bytes_);
  }

  bool push(const Element& element) noexcept {
    if ((size_ + 1) * sizeof(Element) > mapped_bytes_ && !grow()) return false;
    elements_[size_++] = element;
    return true;
  }

  void clear() noexcept { size_ = 0; }
  size_t size() const noexcept { return size_; }
  const Element& operator[](size_t index) const noexcept { return elements_[index]; }
  Element& operator[](size_t index) noexcept { return elements_[index]; }
  const Element* begin() const noexcept { return elements_; }
  const Element* end() const noexcept { return elements_ + size_; }

 private:
  static constexpr size_t kFirstBytes = 64 * 1024;
  static_assert(sizeof(Element) <= kFirstBytes, "one growth must make room for one element");

  bool grow() noexcept {
    const size_t bytes = mapped_bytes_ == 0 ? kFirstBytes : 2 * mapped_bytes_;
    void* pages = elements_ == nullptr
                      ? ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                      : ::mremap(elements_, mapped_bytes_, bytes, MREMAP_MAYMOVE);
    if (pages == MAP_FAILED) return false;
    elements_ = static_cast<Element*>(pages);
    mapped_bytes_ = bytes;
    return true;
  }

  Element* elements_ = nullptr;
  size_t size_ = 0;
  size_t mapped_bytes_ = 0;
};

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_MAPPED_ARRAY_H_
