//! Files side by side: threads that take them, and the order in which it is told what was done.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};

use super::{Done, Files, Handled, Told};
use crate::commands::Stop;
use crate::select::Selected;
use crate::write::interrupt;

/// How many files the threads may be ahead of the one that is told next: bounds what waits in memory.
const AHEAD: usize = 256;

/// Lets threads take file after file and tells what they did, in order. The thread that tells takes files too: one that
/// only waits for the others would be woken thousands of times.
pub(super) fn side_by_side(
    threads: usize,
    files: &[Selected],
    handler: &Files<'_>,
    told: &mut Told<'_, '_>,
) -> Result<(), Stop> {
    let queue = Queue {
        next: AtomicUsize::new(0),
        files,
        threads,
    };
    let gate = Gate::default();
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 1..threads {
            let (queue, gate) = (&queue, &gate);
            let mut parcel = Parcel::new(send.clone());
            scope.spawn(move || {
                let _guard = Guard(gate);
                for (at, file) in queue.take() {
                    // What others may be waiting for is not held back while this thread waits.
                    let may_begin = gate.is_open(at) || (parcel.send() && gate.wait_for(at));
                    if !may_begin {
                        break;
                    }
                    if interrupt::requested() {
                        // This file's turn will not pass: nobody waits for it.
                        gate.close();
                        break;
                    }
                    if !parcel.add(at, handler.handle(at, file)) {
                        break;
                    }
                }
                parcel.send();
            });
        }
        drop(send);
        let _guard = Guard(&gate);
        let mut turns = Turns {
            told,
            gate: &gate,
            turn: 0,
            waiting: BTreeMap::new(),
        };
        let all = turns.work(&queue, handler, &receive);
        if all.is_err() {
            // Nobody listens any more.
            gate.close();
        }
        all
    })
}

/// The files that no thread has taken yet.
struct Queue<'f> {
    next: AtomicUsize,
    files: &'f [Selected],
    threads: usize,
}

impl<'f> Queue<'f> {
    /// Gives a thread files until there are none left.
    fn take(&self) -> impl Iterator<Item = (usize, &'f Selected)> {
        std::iter::from_fn(|| self.some()).flat_map(|range| {
            let files = self.files.get(range.clone()).unwrap_or_default();
            range.zip(files)
        })
    }

    /// A run of neighbours: two threads in one folder wait for each other when they make files there. The fewer files are
    /// left, the shorter it is, so that at the end no thread has several large ones while another has none.
    fn some(&self) -> Option<Range<usize>> {
        let mut run = 0..0;
        let claim = |next: usize| {
            let left = self
                .files
                .len()
                .checked_sub(next)
                .filter(|left| *left > 0)?;
            run = next..next + (left / (8 * self.threads)).clamp(1, Parcel::FILES);
            Some(run.end)
        };
        let claimed = self
            .next
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, claim);
        claimed.is_ok().then_some(run)
    }
}

/// Tells what was done in the order of the files.
struct Turns<'t, 'a, 'b> {
    told: &'t mut Told<'a, 'b>,
    gate: &'t Gate,
    /// The file that is told next.
    turn: usize,
    /// Files that were done before their turn.
    waiting: BTreeMap<usize, Box<Done>>,
}

impl Turns<'_, '_, '_> {
    fn work(
        &mut self,
        queue: &Queue<'_>,
        handler: &Files<'_>,
        others: &mpsc::Receiver<Vec<Handled>>,
    ) -> Result<(), Stop> {
        for (at, file) in queue.take() {
            for parcel in others.try_iter() {
                self.take(parcel)?;
            }
            // Those that this file waits for are with the others.
            while !self.gate.is_open(at)
                && let Ok(parcel) = others.recv()
            {
                self.take(parcel)?;
            }
            if interrupt::requested() {
                self.gate.close();
                break;
            }
            self.take([(at, handler.handle(at, file))])?;
        }
        for parcel in others {
            self.take(parcel)?;
        }
        // After Ctrl-C there may be gaps; what was done is told all the same.
        std::mem::take(&mut self.waiting)
            .into_iter()
            .try_for_each(|(at, done)| self.told.done(at, done))
    }

    fn take(&mut self, done: impl IntoIterator<Item = Handled>) -> Result<(), Stop> {
        self.waiting.extend(done);
        while let Some(done) = self.waiting.remove(&self.turn) {
            self.told.done(self.turn, done)?;
            self.turn += 1;
        }
        self.gate.open_to(self.turn);
        Ok(())
    }
}

/// What a thread did with several small files: to wake the one that tells for each of them would cost as much as the files.
struct Parcel {
    done: Vec<Handled>,
    bytes: u64,
    send: mpsc::Sender<Vec<Handled>>,
}

impl Parcel {
    const FILES: usize = 16;
    const BYTES: u64 = 256 << 10;

    fn new(send: mpsc::Sender<Vec<Handled>>) -> Self {
        Parcel {
            done: Vec::new(),
            bytes: 0,
            send,
        }
    }

    /// False once nobody listens.
    fn add(&mut self, at: usize, done: Box<Done>) -> bool {
        self.bytes += done.totals.bytes_in;
        self.done.push((at, done));
        let is_full = self.done.len() >= Self::FILES || self.bytes >= Self::BYTES;
        !is_full || self.send()
    }

    fn send(&mut self) -> bool {
        self.bytes = 0;
        self.done.is_empty() || self.send.send(std::mem::take(&mut self.done)).is_ok()
    }
}

/// Keeps the threads from running too far ahead.
#[derive(Default)]
struct Gate {
    /// The file that is told next; [`CLOSED`] once nobody listens. Every thread asks for every file, so it is no lock.
    turn: AtomicUsize,
    /// How many threads wait for it to move. Waking nobody is a call to the system, too.
    waiting: Mutex<usize>,
    moved: Condvar,
}

const CLOSED: usize = usize::MAX;

impl Gate {
    /// Whether file `at` may be begun.
    fn is_open(&self, at: usize) -> bool {
        let turn = self.turn.load(Ordering::Acquire);
        turn != CLOSED && at < turn.saturating_add(AHEAD)
    }

    /// Waits until file `at` may be begun; false if it need not be.
    fn wait_for(&self, at: usize) -> bool {
        let is_closed = || self.turn.load(Ordering::Acquire) == CLOSED;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while !is_closed() && !self.is_open(at) {
            *waiting += 1;
            waiting = self
                .moved
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
            *waiting -= 1;
        }
        !is_closed()
    }

    /// Once closed, it stays so.
    fn open_to(&self, turn: usize) {
        self.turn.fetch_max(turn, Ordering::AcqRel);
        // Whoever found it shut is counted by now.
        if *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) > 0 {
            self.moved.notify_all();
        }
    }

    fn close(&self) {
        self.open_to(CLOSED);
    }
}

/// Closes the gate when its thread panics: the file that it was at is never told, and nobody shall wait for it.
struct Guard<'g>(&'g Gate);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AHEAD, AtomicUsize, Gate, Guard, Mutex, Queue, Selected};

    #[test]
    fn the_gate_lets_threads_run_ahead_a_little() {
        let gate = Gate::default();
        assert!(gate.is_open(0) && gate.is_open(AHEAD - 1) && !gate.is_open(AHEAD));
        gate.open_to(7);
        assert!(gate.wait_for(AHEAD + 6) && !gate.is_open(AHEAD + 7));
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| gate.wait_for(AHEAD + 7));
            gate.open_to(8);
            assert!(waits.join().expect("no panic"));
        });
    }

    #[test]
    fn nobody_waits_for_a_thread_that_panicked() {
        let gate = Gate::default();
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| gate.wait_for(AHEAD));
            let panics = scope.spawn(|| {
                let _guard = Guard(&gate);
                std::panic::resume_unwind(Box::new(()));
            });
            assert!(panics.join().is_err());
            assert!(!waits.join().expect("no panic"));
        });
    }

    #[test]
    fn every_file_is_taken_once_whatever_the_threads() {
        let file = Selected {
            path: "a".into(),
            named: false,
            relative: "a".into(),
        };
        let files = vec![file; 1000];
        for threads in [1, 2, 3, 64] {
            let queue = Queue {
                next: AtomicUsize::new(0),
                files: &files,
                threads,
            };
            let taken = Mutex::new(Vec::new());
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        let own: Vec<_> = queue.take().map(|(at, _)| at).collect();
                        taken.lock().expect("no panic").extend(own);
                    });
                }
            });
            let mut taken = taken.into_inner().expect("no panic");
            taken.sort_unstable();
            assert!(taken.into_iter().eq(0..1000), "{threads} threads");
        }
    }

    #[test]
    fn a_closed_gate_lets_nobody_wait_and_stays_closed() {
        let gate = Gate::default();
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| gate.wait_for(AHEAD));
            gate.close();
            assert!(!waits.join().expect("no panic"));
        });
        gate.open_to(1);
        assert!(!gate.is_open(0) && !gate.wait_for(AHEAD));
    }
}
