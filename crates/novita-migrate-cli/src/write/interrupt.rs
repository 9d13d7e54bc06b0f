//! Ctrl-C and its relatives: the rename in hand is finished, temporary files are removed, and
//! the process ends with 128 plus the signal's number.
//!
//! Workers ask [`requested`] before every file and wind up by themselves. Should one of them be
//! held up, in a pipe or a very large file, the listener ends the process after a moment, or at
//! once on a second signal.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;

/// How long workers have to wind up.
const GRACE: Duration = Duration::from_secs(2);

/// The signal that ends this process, or 0.
static SIGNAL: AtomicU8 = AtomicU8::new(0);

/// Shared by whoever makes, renames or removes a file just now; taken alone to end the process.
static BUSY: RwLock<()> = RwLock::new(());

/// The temporary files that exist, each under a number of its own.
static TEMPORARIES: LazyLock<Mutex<HashMap<u64, PathBuf>>> = LazyLock::new(Mutex::default);

/// From here on a file-size limit is an error of the write that hits it, of a report as of a result, instead of the
/// end of the process.
///
/// # Errors
/// When the system refuses.
pub(crate) fn survive_limits() -> io::Result<()> {
    signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false))).map(drop)
}

/// Starts to listen for SIGINT, SIGTERM and SIGHUP.
///
/// # Errors
/// When the system refuses the listener.
pub(crate) fn install() -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            for signal in signals.forever() {
                let signal = u8::try_from(signal).unwrap_or(0);
                let first = SIGNAL
                    .compare_exchange(0, signal, Ordering::SeqCst, Ordering::SeqCst)
                    .is_ok();
                let patience = first.then(|| {
                    thread::Builder::new().name("patience".into()).spawn(|| {
                        thread::sleep(GRACE);
                        end();
                    })
                });
                if !matches!(patience, Some(Ok(_))) {
                    end();
                }
            }
        })?;
    Ok(())
}

/// Ends the process as soon as nobody is in the middle of anything.
fn end() -> ! {
    let alone = BUSY.write().unwrap_or_else(PoisonError::into_inner);
    for (_, path) in temporaries().drain() {
        let _ = fs::remove_file(path);
    }
    // Nobody may begin anything between here and the end of the process.
    std::mem::forget(alone);
    std::process::exit(i32::from(exit_code().unwrap_or(130)));
}

/// Whether a signal asked this process to end.
#[must_use]
pub(crate) fn requested() -> bool {
    SIGNAL.load(Ordering::Relaxed) != 0
}

/// The exit code after a signal: 130 for Ctrl-C.
#[must_use]
pub(crate) fn exit_code() -> Option<u8> {
    match SIGNAL.load(Ordering::SeqCst) {
        0 => None,
        signal => Some(128 + signal),
    }
}

/// Keeps the process from ending by a signal as long as the guard lives. Not to be nested, and
/// never held while waiting for anything.
pub(crate) fn busy() -> RwLockReadGuard<'static, ()> {
    BUSY.read().unwrap_or_else(PoisonError::into_inner)
}

/// A temporary file that is removed when a signal ends the process, as long as this lives.
#[derive(Debug)]
pub(crate) struct Remembered(u64);

impl Remembered {
    pub(crate) fn new(path: PathBuf) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        temporaries().insert(number, path);
        Remembered(number)
    }
}

impl Drop for Remembered {
    fn drop(&mut self) {
        temporaries().remove(&self.0);
    }
}

fn temporaries() -> MutexGuard<'static, HashMap<u64, PathBuf>> {
    TEMPORARIES.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{Remembered, temporaries};
    use std::path::Path;

    #[test]
    fn a_temporary_file_is_forgotten_when_it_is_gone() {
        // Other tests have files of their own.
        let path = Path::new("/a/name/of/this/test");
        let is_known = || temporaries().values().any(|known| known == path);
        let remembered = Remembered::new(path.to_owned());
        assert!(is_known());
        drop(remembered);
        assert!(!is_known());
    }
}
