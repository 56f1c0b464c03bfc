// How many bits the addresses of a program have.
// SAFETY: both machines hand out longer addresses only to programs that ask for them by name.
#ifndef BENCHMEM_KERNEL_ADDRESS_BITS_H_
#define BENCHMEM_KERNEL_ADDRESS_BITS_H_

namespace benchmem {

#if defined(__aarch64__)
inline constexpr unsigned kUserAddressBits = 48;
#else
inline constexpr unsigned kUserAddressBits = 47;
#endif

} // namespace benchmem

#endif // BENCHMEM_KERNEL_ADDRESS_BITS_H_
