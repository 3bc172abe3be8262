//! Opens a library of ONNX Runtime and asks what it serves: the only unsafe code of this crate.

#![expect(
    unsafe_code,
    reason = "a library opened at run time is a promise of its file, not of the compiler"
)]

use std::ffi::{CStr, c_char};
use std::path::{Path, PathBuf};

use ort::sys::{OrtApi, OrtApiBase};

/// The C interface that this crate is compiled against; any later library serves it too.
pub(crate) const API: u32 = ort::MINOR_VERSION;

/// Where a library may come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// One that the process has mapped already, by whom does not matter.
    Mapped(PathBuf),
    /// A file.
    File(PathBuf),
}

/// A library that serves the interface. It stays open for ever: ONNX Runtime cannot be unloaded while its threads may run.
pub(crate) struct Opened {
    pub(crate) path: PathBuf,
    pub(crate) version: String,
    pub(crate) api: OrtApi,
}

impl Place {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Mapped(path) | Self::File(path) => path,
        }
    }
}

/// Opens the library at `place`.
///
/// # Errors
/// Why it does not serve, as a phrase.
pub(crate) fn open(place: &Place) -> Result<Opened, String> {
    let library = std::mem::ManuallyDrop::new(system::open(place)?);
    // SAFETY: every ONNX Runtime since 1.0 exports this symbol with this signature (onnxruntime_c_api.h); a library that is none of
    // them is refused here unless it uses the very name for something else.
    let base =
        unsafe { library.get::<unsafe extern "C" fn() -> *const OrtApiBase>(b"OrtGetApiBase\0") };
    let base = base.map_err(|_| "it is no ONNX Runtime: it exports no OrtGetApiBase".to_owned())?;
    // SAFETY: the function takes nothing and gives null or a static table, which lives as long as the library, that is, for ever.
    let base = unsafe { base().as_ref() }.ok_or("its OrtGetApiBase gives nothing")?;
    // SAFETY: the first two entries of the table have never changed; the string is static.
    let version = unsafe { CStr::from_ptr((base.GetVersionString)().cast::<c_char>()) };
    let version = version.to_string_lossy().into_owned();
    // Asked for an interface it lacks, the library would write to the error stream: its version tells it as well.
    if !serves(&version) {
        return Err(format!(
            "it is version {version}, and 1.{API} or later is needed"
        ));
    }
    // SAFETY: as above; the number is one the library knows.
    let api = unsafe { (base.GetApi)(API) };
    if api.is_null() {
        return Err(format!("version {version} does not serve interface {API}"));
    }
    // SAFETY: not null, and the library's table of interface 20 begins with just this structure: entries are only ever appended.
    let api = unsafe { api.read() };
    if let Place::File(_) = place {
        system::make_private(&library);
    }
    Ok(Opened {
        path: place.path().to_owned(),
        version,
        api,
    })
}

/// Whether a version, `major.minor.patch`, serves the interface.
fn serves(version: &str) -> bool {
    let mut parts = version
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    match (parts.next(), parts.next()) {
        (Some(1), Some(minor)) => minor >= API,
        (Some(major), _) => major > 1,
        (None, _) => false,
    }
}

/// Libraries of ONNX Runtime that this process has mapped.
pub(crate) fn mapped() -> Vec<PathBuf> {
    system::mapped()
}

/// Whether a file has a name that ONNX Runtime's library has: not those of its providers or of its Java binding.
#[cfg(unix)]
fn is_library(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with("libonnxruntime."))
}

#[cfg(unix)]
mod system {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

    use super::{Path, PathBuf, Place, is_library};

    pub(super) fn open(place: &Place) -> Result<Library, String> {
        // SAFETY: the initialisers of ONNX Runtime only set up its own tables; what the file at an explicit path does is for the one who
        // named it to know.
        let library = unsafe { Library::open(Some(place.path()), RTLD_NOW | RTLD_LOCAL) };
        library.map_err(|error| unopened(&error, place.path()))
    }

    /// Without the path, which the caller names anyway.
    fn unopened(error: &libloading::Error, path: &Path) -> String {
        let text = error.to_string().replace(&*path.to_string_lossy(), "it");
        format!(
            "it does not open: {}",
            text.lines().next().unwrap_or_default()
        )
    }

    #[cfg(target_os = "linux")]
    pub(super) fn mapped() -> Vec<PathBuf> {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
        let mut found: Vec<PathBuf> = Vec::new();
        for line in maps.lines() {
            // address, permissions, offset, device and inode stand before the path, which may hold spaces.
            let Some(start) = line.find('/') else {
                continue;
            };
            let path = Path::new(&line[start..]);
            if is_library(path) && path.is_file() && found.iter().all(|known| known != path) {
                found.push(path.to_owned());
            }
        }
        found
    }

    #[cfg(target_vendor = "apple")]
    pub(super) fn mapped() -> Vec<PathBuf> {
        unsafe extern "C" {
            fn _dyld_image_count() -> u32;
            fn _dyld_get_image_name(image: u32) -> *const super::c_char;
        }
        // SAFETY: both are thread-safe; an image that goes away meanwhile gives null.
        let names = (0..unsafe { _dyld_image_count() }).filter_map(|image| unsafe {
            let name = _dyld_get_image_name(image);
            (!name.is_null()).then(|| super::CStr::from_ptr(name).to_string_lossy().into_owned())
        });
        names
            .map(PathBuf::from)
            .filter(|path| is_library(path))
            .collect()
    }

    #[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
    pub(super) fn mapped() -> Vec<PathBuf> {
        Vec::new()
    }

    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    pub(super) use super::soname::make_private;

    /// Elsewhere a library's name holds its version, or nothing can be done about it.
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    pub(super) const fn make_private(_library: &Library) {}
}

#[cfg(windows)]
mod system {
    use libloading::os::windows::{LOAD_WITH_ALTERED_SEARCH_PATH, Library};

    use super::{PathBuf, Place};

    const NAME: &str = "onnxruntime.dll";

    pub(super) fn open(place: &Place) -> Result<Library, String> {
        let library = match place {
            Place::Mapped(path) => Library::open_already_loaded(path),
            // SAFETY: see the other systems. An absolute path, because the system's own folder holds an older library of this name.
            Place::File(path) => unsafe {
                Library::load_with_flags(path, LOAD_WITH_ALTERED_SEARCH_PATH)
            },
        };
        library.map_err(|_| "it does not open".to_owned())
    }

    pub(super) fn mapped() -> Vec<PathBuf> {
        let found = Library::open_already_loaded(NAME);
        found.map(|_| PathBuf::from(NAME)).into_iter().collect()
    }

    pub(super) const fn make_private(_library: &Library) {}
}

/// glibc takes a library that is open for any other of the same SONAME: were ours left as it is, another version of `onnxruntime-node`
/// that the application requires later would be bound to it, and fail. So ours gives up its name; its file is recognised all the same
/// when the application opens that very file. See docs/decisions/0041.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod soname {
    use std::ffi::{CStr, c_char, c_int, c_long, c_void};
    use std::ptr;

    use libloading::os::unix::Library;

    /// `struct link_map` of <link.h>, as far as it is public.
    #[repr(C)]
    struct LinkMap {
        address: usize,
        name: *const c_char,
        dynamic: *const Dynamic,
    }

    /// `ElfW(Dyn)`.
    #[repr(C)]
    struct Dynamic {
        tag: isize,
        value: usize,
    }

    const DT_NULL: isize = 0;
    const DT_STRTAB: isize = 5;
    const DT_SONAME: isize = 14;
    const RTLD_DI_LINKMAP: c_int = 2;
    const SC_PAGESIZE: c_int = 30;
    const PROT_READ: c_int = 1;
    const PROT_WRITE: c_int = 2;

    unsafe extern "C" {
        fn dlinfo(handle: *mut c_void, request: c_int, info: *mut c_void) -> c_int;
        fn mprotect(address: *mut c_void, length: usize, protection: c_int) -> c_int;
        fn sysconf(name: c_int) -> c_long;
    }

    /// Does nothing where anything is other than expected.
    pub(super) fn make_private(library: &Library) {
        if let Some(name) = find(library) {
            rename(name);
        }
    }

    fn find(library: &Library) -> Option<*mut u8> {
        // SAFETY: the copy is taken apart for its handle only, and never closed.
        let handle = unsafe { ptr::read(library) }.into_raw();
        let mut map: *const LinkMap = ptr::null();
        // SAFETY: the handle is of an open library; the request writes one pointer.
        let failed = unsafe { dlinfo(handle, RTLD_DI_LINKMAP, (&raw mut map).cast()) } != 0;
        // SAFETY: a map that was written lives as long as the library.
        let map = unsafe { (!failed).then_some(map)?.as_ref() }?;
        let (mut strings, mut name) = (None, None);
        let mut entry = map.dynamic;
        // SAFETY: the dynamic section ends with DT_NULL, and glibc has made the address of its strings absolute.
        while let Some(Dynamic { tag, value }) = unsafe { entry.as_ref() } {
            match *tag {
                DT_NULL => break,
                DT_STRTAB => strings = Some(*value),
                DT_SONAME => name = Some(*value),
                _ => {}
            }
            // SAFETY: not at the end yet.
            entry = unsafe { entry.add(1) };
        }
        let found = ptr::with_exposed_provenance_mut::<u8>(strings?.checked_add(name?)?);
        // SAFETY: a name is a string of the section, which ends with 0.
        let text = unsafe { CStr::from_ptr(found.cast()) };
        text.to_bytes()
            .starts_with(b"libonnxruntime.so")
            .then_some(found)
    }

    fn rename(name: *mut u8) {
        // SAFETY: asks for a constant.
        let page = usize::try_from(unsafe { sysconf(SC_PAGESIZE) }).unwrap_or(4096);
        let start = name
            .map_addr(|address| address & !(page - 1))
            .cast::<c_void>();
        // SAFETY: the page is a private copy of the file's, it holds strings alone, and the byte written is the first of a name that only
        // the dynamic linker compares, under its own lock or not at all. It goes back to what it was.
        unsafe {
            if mprotect(start, page, PROT_READ | PROT_WRITE) == 0 {
                name.write_volatile(b'L');
                mprotect(start, page, PROT_READ);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        let table = [
            ("1.20.0", true),
            ("1.30.0", true),
            ("1.100.1", true),
            ("2.0.0", true),
            ("1.19.2", false),
            ("1.9.0", false),
            ("0.5.0", false),
            ("", false),
            ("what", false),
        ];
        for (version, expected) in table {
            assert_eq!(serves(version), expected, "{version}");
        }
    }

    #[test]
    fn what_is_no_library_is_refused_with_the_reason() {
        let here = Place::File(PathBuf::from(file!()));
        let reason = open(&here).err().expect("a source file is no library");
        assert!(reason.starts_with("it does not open"), "{reason}");
    }
}
