//! Gives memory that was freed back to the system, where the allocator keeps it for itself.

/// Asks the allocator to give back what it holds and does not use; does nothing where it needs no asking. Takes milliseconds.
///
/// glibc keeps up to 64 MB of freed memory an arena once large blocks were freed (`malloc(3)`, `M_TRIM_THRESHOLD`): a model that was let
/// go of would go on weighing on the process.
pub fn release_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        unsafe extern "C" {
            safe fn malloc_trim(pad: usize) -> i32;
        }
        malloc_trim(0);
    }
}
