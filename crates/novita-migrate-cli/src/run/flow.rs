//! Blocks on their way from the input over the threads to the output, in the order of the input.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::block::{Done, convert};
use super::output::{Output, Pieces};
use super::place::Lines;
use super::{Plan, Watch};
use crate::container::Layout;
use crate::read::blocks::{Block, Blocks, SIZE};
use crate::record::{BROKEN, Before};

/// Converts all blocks, of which the first was read already.
pub(super) fn run(
    plan: &Plan<'_>,
    blocks: &mut Blocks<'_>,
    first: Block,
    output: &mut dyn Output,
    watch: &mut Watch<'_, '_>,
) -> io::Result<()> {
    let mut end = End {
        plan,
        output,
        watch,
        before: Before::default(),
    };
    // A block that is the whole input leaves nothing for a second thread.
    let threads = match first.whole {
        true => 1,
        false => plan.job.threads.count(),
    };
    if threads > 1 {
        side_by_side(threads, plan, blocks, first, &mut end)?;
    } else {
        let mut room = Room {
            block: first,
            output: Pieces::default(),
        };
        let mut has_block = true;
        while has_block {
            let done = convert(plan, &room.block, std::mem::take(&mut room.output));
            let broken = done.broken;
            room.output = end.take(&room.block, done)?;
            room.shrink();
            has_block = !broken && blocks.next(&mut room.block)?;
        }
    }
    Ok(())
}

/// What one block needs, to be used again for the next.
#[derive(Default)]
struct Room {
    block: Block,
    output: Pieces,
}

impl Room {
    /// After a huge record, an ordinary one does not keep its memory.
    fn shrink(&mut self) {
        if self.block.bytes.capacity() > 8 * SIZE {
            self.block.bytes.shrink();
        }
        self.output.clear(8 * SIZE);
    }
}

/// A block that a thread has converted.
struct Finished {
    room: Room,
    done: Done,
}

fn side_by_side(
    threads: usize,
    plan: &Plan<'_>,
    blocks: &mut Blocks<'_>,
    mut first: Block,
    end: &mut End<'_, '_, '_>,
) -> io::Result<()> {
    blocks.detach(&mut first);
    let blocks = Mutex::new((blocks, Some(first)));
    // One block more than threads: a thread need not wait for the output, and memory stays bounded.
    let (give, rooms) = bounded(threads + 1);
    for _ in 0..=threads {
        let _ = give.send(Room::default());
    }
    let (send, finished) = bounded(threads + 1);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (rooms, send, blocks) = (rooms.clone(), send.clone(), &blocks);
            scope.spawn(move || work(plan, blocks, &rooms, &send));
        }
        drop((rooms, send));
        // Without `give` the threads find no room any more, and end.
        in_order(&finished, give, end)
    })
}

/// What a thread does: block after block, until there is no other one.
fn work(
    plan: &Plan<'_>,
    blocks: &Mutex<(&mut Blocks<'_>, Option<Block>)>,
    rooms: &Receiver<Room>,
    send: &Sender<io::Result<Finished>>,
) {
    while let Ok(mut room) = rooms.recv() {
        let read = {
            let mut blocks = blocks.lock().unwrap_or_else(PoisonError::into_inner);
            match blocks.1.take() {
                Some(first) => {
                    room.block = first;
                    Ok(true)
                }
                None => {
                    let read = blocks.0.next(&mut room.block);
                    blocks.0.detach(&mut room.block);
                    read
                }
            }
        };
        let finished = match read {
            Ok(false) => break,
            Ok(true) => {
                let done = convert(plan, &room.block, std::mem::take(&mut room.output));
                Ok(Finished { room, done })
            }
            Err(error) => Err(error),
        };
        // Nobody listens after an error of the output.
        if finished.is_err() | send.send(finished).is_err() {
            break;
        }
    }
}

fn in_order(
    finished: &Receiver<io::Result<Finished>>,
    give: Sender<Room>,
    end: &mut End<'_, '_, '_>,
) -> io::Result<()> {
    let (mut waiting, mut turn, mut failed) = (BTreeMap::new(), 0, None);
    for next in finished {
        match next {
            // What was read before the error is written all the same.
            Err(error) => failed = Some(error),
            Ok(next) => {
                waiting.insert(next.room.block.number, next);
            }
        }
        while let Some(Finished { mut room, done }) = waiting.remove(&turn) {
            let broken = done.broken;
            room.output = end.take(&room.block, done)?;
            if broken {
                return Ok(());
            }
            room.shrink();
            let _ = give.send(room);
            turn += 1;
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Takes finished blocks in the order of the input.
struct End<'e, 'w, 'r> {
    plan: &'e Plan<'e>,
    output: &'e mut dyn Output,
    watch: &'e mut Watch<'w, 'r>,
    before: Before,
}

impl End<'_, '_, '_> {
    /// Writes and tells what became of a block. Gives the room for output back.
    fn take(&mut self, block: &Block, done: Done) -> io::Result<Pieces> {
        let Done {
            output,
            mut totals,
            mut records,
            rejected,
            audit,
            lines,
            ..
        } = done;
        totals.bytes_in = block.bytes.len() as u64;
        if !totals.withheld {
            totals.bytes_out = output.len() as u64;
            output.write(&block.bytes, self.output)?;
        } else if totals.converted > 0 {
            totals.unwrite();
            let why = BROKEN.into();
            records.iter_mut().for_each(|record| record.unwrite(&why));
        }
        for mut record in records {
            record.settle(&self.before);
            (self.watch.each)(record);
        }
        if let Some(mut tally) = audit {
            tally.settle(&self.before);
            (self.watch.audit)(tally);
        }
        if let Some(rejects) = &mut self.watch.rejects {
            for range in rejected {
                rejects.write_all(block.bytes.get(range).unwrap_or_default().trim_ascii())?;
                rejects.write_all(b"\n")?;
            }
        }
        (self.watch.done)(totals.payloads());
        self.before.records += totals.payloads();
        self.before.bytes += totals.bytes_in;
        if !block.whole {
            self.count_lines(block, lines);
        }
        self.watch.totals.withheld |= totals.withheld;
        self.watch.totals.add(&totals);
        Ok(output)
    }

    fn count_lines(&mut self, block: &Block, lines: u64) {
        if self.plan.layout == Layout::Lines {
            self.before.lines += lines;
            return;
        }
        let (line, column) = Lines::of(&block.bytes).end();
        if line > 1 {
            self.before.columns = 0;
        }
        self.before.lines += line - 1;
        self.before.columns += column - 1;
    }
}
