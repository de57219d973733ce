//! How much memory the current thread has asked for. Decoding happens on the thread that called; what encoders'
//! threads ask for is not counted.

#![allow(dead_code, unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static HELD_MAX: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator, counting.
pub struct Counting;

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize);
        unsafe { System.realloc(place, layout, size) }
    }
}

/// A thread that is ending has no counter any more.
fn count(bytes: isize) {
    let held = HELD.try_with(|held| held.replace(held.get() + bytes) + bytes).unwrap_or(0);
    let _ = HELD_MAX.try_with(|max| max.set(max.get().max(held)));
}

/// The most bytes that this thread has held at once since it began.
pub fn held_max() -> usize {
    HELD_MAX.get().max(0) as usize
}
