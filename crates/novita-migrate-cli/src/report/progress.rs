//! A progress bar for runs over a second on a terminal.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a run stays without a bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Counts bytes and payloads, and draws them where somebody watches. Clones count together.
#[derive(Clone)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    payloads: Arc<AtomicU64>,
}

impl Progress {
    /// `total` is the number of bytes to read, where it is known; `watched` says whether stderr is a terminal and
    /// nobody asked for silence.
    pub(crate) fn new(watched: bool, total: Option<u64>) -> Self {
        let bar = watched.then(|| {
            let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
            let template = match total {
                Some(_) => {
                    "{bar:12} {bytes} of {total_bytes}, {msg}, {binary_bytes_per_sec}, {eta} left"
                }
                None => "{spinner} {bytes}, {msg}, {binary_bytes_per_sec}",
            };
            match ProgressStyle::with_template(template) {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        Progress {
            bar,
            started: Instant::now(),
            payloads: Arc::default(),
        }
    }

    /// So many bytes more were read.
    pub(crate) fn bytes(&self, count: u64) {
        let Some(bar) = &self.bar else { return };
        bar.inc(count);
        if bar.is_hidden() && self.started.elapsed() >= PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.tick();
        }
    }

    /// So many payloads more are done.
    pub(crate) fn payloads(&self, count: u64) {
        let Some(bar) = &self.bar else { return };
        let all = self.payloads.fetch_add(count, Ordering::Relaxed) + count;
        if !bar.is_hidden() {
            bar.set_message(super::summary::several(all, "payload"));
        }
    }

    /// Does something that prints, with the bar out of the way.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// The end.
    pub(crate) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// An input whose bytes are counted as they are read.
pub(crate) struct Counted<R> {
    input: R,
    progress: Progress,
}

impl<R: Read> Counted<R> {
    /// Counts what is read from `input`.
    pub(crate) fn new(input: R, progress: &Progress) -> Self {
        Counted {
            input,
            progress: progress.clone(),
        }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.progress.bytes(count as u64);
        Ok(count)
    }
}
