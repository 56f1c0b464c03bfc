// The kinds in Rust: checks of bounds that never return, slices, closures.
#![no_std]

use core::hint::black_box;
use core::panic::PanicInfo;

type Leaf = extern "C" fn();

#[repr(C)]
pub struct FrameKind {
    name: *const u8,
    run: Option<extern "C" fn(Leaf)>,
    expected: *const u8,
}
unsafe impl Sync for FrameKind {}

extern "C" {
    fn abort() -> !;
}

#[panic_handler]
fn on_panic(_: &PanicInfo) -> ! {
    unsafe { abort() }
}

// What the core library was compiled to name, and nothing here calls.
#[no_mangle]
pub extern "C" fn rust_eh_personality() {}

#[no_mangle]
#[inline(never)]
pub extern "C" fn rust_inner(leaf: Leaf, values: &[u64; 32], index: usize) -> u64 {
    let before = black_box(values)[index];
    leaf();
    let after = black_box(values)[index + 1];
    before.wrapping_mul(after)
}

#[no_mangle]
#[inline(never)]
pub extern "C" fn rust_closure(leaf: Leaf, index: usize) -> u64 {
    let values: [u64; 32] = black_box([7; 32]);
    let call = |at: usize| rust_inner(leaf, &values, at);
    let sum = call(index);
    sum.checked_add(black_box(values)[index]).unwrap()
}

#[no_mangle]
#[inline(never)]
pub extern "C" fn rust_outer(leaf: Leaf) {
    let sum = rust_closure(leaf, black_box(3));
    black_box(sum);
}

#[no_mangle]
pub static rust_kinds: [FrameKind; 2] = [
    FrameKind {
        name: b"checks of Rust\0".as_ptr(),
        run: Some(rust_outer),
        expected: b"rust_inner rust_closure rust_outer\0".as_ptr(),
    },
    FrameKind { name: core::ptr::null(), run: None, expected: core::ptr::null() },
];
