//! What a step allocates: how often, how much, and how much of it is held at once.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The system's allocator, counting.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);
static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn took(bytes: usize) {
    CALLS.fetch_add(1, Relaxed);
    BYTES.fetch_add(bytes, Relaxed);
    let held = HELD.fetch_add(bytes, Relaxed) + bytes;
    PEAK.fetch_max(held, Relaxed);
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        took(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        took(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        HELD.fetch_sub(layout.size(), Relaxed);
        took(size);
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// What a step allocated.
pub struct Allocated {
    pub calls: usize,
    pub bytes: usize,
    /// The most it held at once beyond what was there before.
    pub peak: usize,
}

impl Allocated {
    /// Runs a step and says what it allocated.
    pub fn by<T>(step: impl FnOnce() -> T) -> (T, Self) {
        let (calls, bytes, held) = (CALLS.load(Relaxed), BYTES.load(Relaxed), HELD.load(Relaxed));
        PEAK.store(held, Relaxed);
        let result = step();
        let (calls, bytes) = (CALLS.load(Relaxed) - calls, BYTES.load(Relaxed) - bytes);
        (result, Self { calls, bytes, peak: PEAK.load(Relaxed).saturating_sub(held) })
    }

    /// Prints it for each of so many things.
    pub fn print(&self, step: &str, things: u64, of: &str) {
        let each = |total: usize| total as f64 / things as f64;
        println!(
            "{step}: {:.3} allocations and {:.0} bytes a {of}, {:.1} MiB at the peak",
            each(self.calls),
            each(self.bytes),
            self.peak as f64 / f64::from(1 << 20)
        );
    }
}
