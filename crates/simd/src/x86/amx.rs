//! Byte products on AMX: tiles of 16 rows of 64 bytes, four multiply-adds a lane (Intel 64 Architectures Software Developer's Manual,
//! volume 1, chapter 18). The instructions are written out, because their intrinsics are not stable.

use std::arch::asm;
use std::arch::x86_64::{__cpuid_count, _xgetbv};
use std::sync::OnceLock;

use crate::lanes::{Lanes, PANEL};
use crate::tile::{TileInt8, finish_int8};

/// Rows of one product: two tiles.
pub(crate) const ROWS: usize = 32;
/// Rows of a tile.
const HALF: usize = 16;
/// Groups of four bytes in a row of a tile.
const QUADS: usize = 16;

/// What `ldtilecfg` reads: eight tiles of 16 rows of 64 bytes.
#[repr(C, align(64))]
struct Shapes([u8; 64]);

static SHAPES: Shapes = Shapes({
    let mut bytes = [0; 64];
    bytes[0] = 1; // the palette
    let mut tile = 0;
    while tile < 8 {
        bytes[16 + 2 * tile] = 64;
        bytes[48 + tile] = 16;
        tile += 1;
    }
    bytes
});

/// Sums of 32 rows and a panel.
#[repr(C, align(64))]
struct Words([i32; ROWS * PANEL]);

/// Whether the CPU has it, the system saves its registers, and lets this process use them: Linux asks to be asked first.
pub(crate) fn available() -> bool {
    static AVAILABLE: OnceLock<bool> = OnceLock::new();
    *AVAILABLE.get_or_init(|| has_instructions() && saves_registers() && permitted())
}

fn has_instructions() -> bool {
    const TILE_AND_INT8: u32 = 1 << 24 | 1 << 25;
    __cpuid_count(0, 0).eax >= 7 && __cpuid_count(7, 0).edx & TILE_AND_INT8 == TILE_AND_INT8
}

fn saves_registers() -> bool {
    const TILES: u64 = 1 << 17 | 1 << 18;

    #[target_feature(enable = "xsave")]
    fn saved() -> u64 {
        // SAFETY: register 0 exists wherever the instruction does.
        unsafe { _xgetbv(0) }
    }

    // SAFETY: XSAVE was just found, and that the system uses it.
    is_x86_feature_detected!("xsave") && has_osxsave() && unsafe { saved() } & TILES == TILES
}

fn has_osxsave() -> bool {
    __cpuid_count(1, 0).ecx & (1 << 27) != 0
}

/// `arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA)`, see `Documentation/arch/x86/xstate.rst` of Linux.
fn permitted() -> bool {
    const ARCH_PRCTL: i64 = 158;
    const REQUEST: u64 = 0x1023;
    const TILE_DATA: u64 = 18;
    if !cfg!(target_os = "linux") {
        return false;
    }
    let answer: i64;
    // SAFETY: a system call of two numbers, which touches no memory of this process.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") ARCH_PRCTL => answer,
            in("rdi") REQUEST,
            in("rsi") TILE_DATA,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    answer == 0
}

/// Whether a product fills its tiles to the last byte.
#[inline(always)]
pub(crate) const fn fits(tile: &TileInt8) -> bool {
    tile.quads.is_multiple_of(QUADS) && tile.quads > 0
}

/// Gives the tiles their shapes.
///
/// # Safety
/// AMX is available.
#[inline(always)]
pub(crate) unsafe fn begin() {
    // SAFETY: the caller's promise; the shapes are 64 bytes.
    unsafe { asm!("ldtilecfg [{}]", in(reg) &raw const SHAPES, options(nostack, readonly)) }
}

/// Lets go of the tiles: while they are in use, every switch of threads saves eight kilobytes.
///
/// # Safety
/// AMX is available.
#[inline(always)]
pub(crate) unsafe fn end() {
    // SAFETY: the caller's promise.
    unsafe { asm!("tilerelease", options(nostack, nomem)) }
}

/// At most `ROWS` rows times a panel.
///
/// # Safety
/// The features of `V`; between `begin` and `end`; `fits`; `left` may be read to the end of the 16th row, or of the 32nd where there are more
/// than 16; the other pointers what their fields say.
#[inline(always)]
pub(crate) unsafe fn multiply<V: Lanes>(rows: usize, tile: &TileInt8) {
    let mut words = Words([0; ROWS * PANEL]);
    // SAFETY: the caller's promise.
    unsafe {
        if rows > HALF {
            two(tile, words.0.as_mut_ptr());
        } else {
            one(tile, words.0.as_mut_ptr());
        }
        for row in 0..rows {
            for lane in (0..PANEL).step_by(V::WIDTH) {
                let sums = V::load_words(words.0.as_ptr().add(row * PANEL + lane).cast());
                finish_int8::<V>(tile, row, lane, sums);
            }
        }
    }
}

/// Steps of 64 bytes, and the cache lines of what is needed next that each step asks for.
#[inline(always)]
const fn steps(tile: &TileInt8) -> (usize, usize) {
    let lines = tile.ahead.stride * QUADS / 64;
    (tile.quads / QUADS, if lines == 0 { 1 } else { lines })
}

#[inline(always)]
unsafe fn two(tile: &TileInt8, sums: *mut i32) {
    let (steps, lines) = steps(tile);
    // SAFETY: the caller's promise: each step reads 64 bytes of 32 rows and 2048 bytes of the panel; `sums` has 32 rows of 128 bytes.
    unsafe {
        asm!(
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            "2:",
            "tileloadd tmm6, [{panel} + {wide}*1]",
            "tileloadd tmm7, [{panel} + {wide}*1 + 64]",
            "tileloadd tmm4, [{upper} + {stride}*1]",
            "tdpbusd tmm0, tmm4, tmm6",
            "tdpbusd tmm1, tmm4, tmm7",
            "tileloadd tmm5, [{lower} + {stride}*1]",
            "tdpbusd tmm2, tmm5, tmm6",
            "tdpbusd tmm3, tmm5, tmm7",
            "mov {line}, {lines}",
            "3:",
            "prefetcht1 [{ahead}]",
            "add {ahead}, 64",
            "dec {line}",
            "jnz 3b",
            "add {panel}, 2048",
            "add {upper}, 64",
            "add {lower}, 64",
            "dec {steps}",
            "jnz 2b",
            "tilestored [{sums} + {wide}*1], tmm0",
            "tilestored [{sums} + {wide}*1 + 64], tmm1",
            "tilestored [{sums} + {wide}*1 + 2048], tmm2",
            "tilestored [{sums} + {wide}*1 + 2112], tmm3",
            panel = inout(reg) tile.panel => _,
            upper = inout(reg) tile.left => _,
            lower = inout(reg) tile.left.add(HALF * tile.left_stride) => _,
            ahead = inout(reg) tile.ahead.from => _,
            steps = inout(reg) steps => _,
            line = out(reg) _,
            lines = in(reg) lines,
            stride = in(reg) tile.left_stride,
            wide = in(reg) 4 * PANEL,
            sums = in(reg) sums,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        );
    }
}

#[inline(always)]
unsafe fn one(tile: &TileInt8, sums: *mut i32) {
    let (steps, lines) = steps(tile);
    // SAFETY: as in `two`, with 16 rows.
    unsafe {
        asm!(
            "tilezero tmm0",
            "tilezero tmm1",
            "2:",
            "tileloadd tmm6, [{panel} + {wide}*1]",
            "tileloadd tmm7, [{panel} + {wide}*1 + 64]",
            "tileloadd tmm4, [{left} + {stride}*1]",
            "tdpbusd tmm0, tmm4, tmm6",
            "tdpbusd tmm1, tmm4, tmm7",
            "mov {line}, {lines}",
            "3:",
            "prefetcht1 [{ahead}]",
            "add {ahead}, 64",
            "dec {line}",
            "jnz 3b",
            "add {panel}, 2048",
            "add {left}, 64",
            "dec {steps}",
            "jnz 2b",
            "tilestored [{sums} + {wide}*1], tmm0",
            "tilestored [{sums} + {wide}*1 + 64], tmm1",
            panel = inout(reg) tile.panel => _,
            left = inout(reg) tile.left => _,
            ahead = inout(reg) tile.ahead.from => _,
            steps = inout(reg) steps => _,
            line = out(reg) _,
            lines = in(reg) lines,
            stride = in(reg) tile.left_stride,
            wide = in(reg) 4 * PANEL,
            sums = in(reg) sums,
            out("tmm0") _, out("tmm1") _, out("tmm4") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        );
    }
}
