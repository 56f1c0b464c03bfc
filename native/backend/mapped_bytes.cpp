// The level of mapped bytes and its mark; see mapped_bytes.h.

#include "backend/mapped_bytes.h"

namespace benchmem {

void MappedBytes::start_at(uint64_t bytes) noexcept {
  const Guard guard(locked_);
  now_ = bytes;
}

uint64_t MappedBytes::add(uint64_t bytes) noexcept {
  const Guard guard(locked_);
  now_ += bytes;
  if (!measuring_ || now_ <= peak_) return 0;
  peak_ = now_;
  return ++serial_;
}

void MappedBytes::subtract(uint64_t bytes) noexcept {
  const Guard guard(locked_);
  now_ -= bytes;
}

void MappedBytes::open_window() noexcept {
  const Guard guard(locked_);
  measuring_ = true;
  had_window_ = true;
  opening_ = now_;
  peak_ = now_;
  requested_at_peak_ = 0;
  serial_ += 1; // a mark of the window before must not be noted in this one
}

void MappedBytes::freeze_window() noexcept {
  const Guard guard(locked_);
  measuring_ = false;
}

void MappedBytes::note_requested(uint64_t serial, uint64_t bytes) noexcept {
  const Guard guard(locked_);
  if (serial == serial_) requested_at_peak_ = bytes;
}

MappedBytes::Figures MappedBytes::read() const noexcept {
  const Guard guard(locked_);
  return {now_, peak_ - opening_, requested_at_peak_, had_window_};
}

void MappedBytes::reset_after_fork() noexcept {
  locked_.store(false, std::memory_order_release);
  measuring_ = false;
}

} // namespace benchmem
