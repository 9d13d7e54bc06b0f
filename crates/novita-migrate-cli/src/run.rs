//! From an input's bytes to its output: which payloads it holds, what becomes of each, and the bytes around them as
//! they were.

mod block;
pub(crate) mod desk;
mod flow;
mod output;
pub(crate) mod place;

use std::borrow::Cow;
use std::io::{self, Cursor, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use novita_migrate::{Document, Options};

use crate::args::FormatArg;
use crate::audit::{Audit, Input, Tally};
use crate::container::embedded::Search;
use crate::container::table::Columns;
use crate::container::{Layout, Pattern, is_shell};
use crate::read::blocks::{Block, Blocks, SIZE};
use crate::read::packed::{Packed, Packing, unpack};
use crate::record::{Record, Totals};
use crate::validate::Checks;

pub(crate) use output::{Nowhere, Output, stdout, write_all};

/// What is to be done with every input.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) task: Task,
    pub(crate) options: Options,
    pub(crate) document: Option<Document>,
    pub(crate) format: FormatArg,
    pub(crate) tolerant: bool,
    /// The columns of a table that hold payloads, by name.
    pub(crate) column: Vec<String>,
    /// Where payloads sit in a larger document.
    pub(crate) at: Vec<String>,
    /// Payloads are looked for at any depth.
    pub(crate) find: bool,
    pub(crate) threads: Threads,
    /// The most bytes that an input may have, unpacked.
    pub(crate) max_input: Option<u64>,
    /// Which records are made. Shared by all that work on the same run.
    pub(crate) attention: Arc<Attention>,
}

/// How many threads work side by side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Threads(Option<usize>);

impl Threads {
    /// So many, or as many as the machine has cores.
    pub(crate) fn of(given: Option<usize>) -> Self {
        Threads(given)
    }

    /// Asking the system takes some twenty calls, so it is asked when there is work for more than one.
    pub(crate) fn count(self) -> usize {
        self.0
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
    }
}

/// What is to be done with every payload.
#[derive(Debug, Clone)]
pub(crate) enum Task {
    /// It becomes V3.
    Migrate,
    /// It is V3 and is held against V3's schemas; it stays as it is.
    Validate(Checks),
    /// It becomes V3, and what it becomes is kept for people to review; records are not needed.
    Audit(Arc<Audit>),
}

impl Default for Job {
    fn default() -> Self {
        Job {
            task: Task::Migrate,
            options: Options::default(),
            document: None,
            format: FormatArg::Auto,
            tolerant: false,
            column: Vec::new(),
            at: Vec::new(),
            find: false,
            threads: Threads::of(Some(1)),
            max_input: None,
            attention: Arc::new(Attention::new(Keep::All, u64::MAX)),
        }
    }
}

impl Job {
    /// The audit that looks at every payload, if there is one.
    pub(crate) fn audit(&self) -> Option<&Audit> {
        match &self.task {
            Task::Audit(audit) => Some(audit),
            Task::Migrate | Task::Validate(_) => None,
        }
    }

    /// The options for a payload, whose call may tell its plan.
    fn options_of(&self, told: Option<novita_migrate::Plan>) -> Cow<'_, Options> {
        match told.filter(|plan| *plan != self.options.chosen_plan()) {
            None => Cow::Borrowed(&self.options),
            Some(plan) => Cow::Owned(self.options.clone().plan(plan)),
        }
    }
}

/// Which records are made. Payloads that were kept or failed always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Keep {
    /// No others.
    Failures,
    /// Payloads with warnings, and of their findings the warnings and errors.
    WithWarnings,
    /// Every payload with every finding.
    All,
}

/// How much of a run somebody still wants to be told: making records costs more than counting, and people are told the
/// first hundred findings.
///
/// Records are told in the order of the input, so it is the same ones that are told whatever the threads: what is
/// converted after the attention went down comes behind what was told by then.
#[derive(Debug)]
pub(crate) struct Attention {
    keep: AtomicU8,
    most: u64,
}

impl Attention {
    /// `most`: of all notes and warnings, so many are told.
    pub(crate) fn new(keep: Keep, most: u64) -> Self {
        Attention {
            keep: AtomicU8::new(keep as u8),
            most,
        }
    }

    /// Nobody wants more than failures from here on.
    pub(crate) fn end(&self) {
        self.keep.store(Keep::Failures as u8, Ordering::Relaxed);
    }

    fn keep(&self) -> Keep {
        match self.keep.load(Ordering::Relaxed) {
            0 => Keep::Failures,
            1 => Keep::WithWarnings,
            _ => Keep::All,
        }
    }
}

/// Who is told about a run.
pub(crate) struct Watch<'w, 'r> {
    /// Gets every record that is made, in the order of the input.
    pub(crate) each: &'w mut dyn FnMut(Record),
    /// Hears how many payloads more are done.
    pub(crate) done: &'w dyn Fn(u64),
    /// Gets what was kept or failed, one record a line.
    pub(crate) rejects: Option<&'r mut dyn Write>,
    /// What was counted so far; holds after an error too.
    pub(crate) totals: Totals,
    /// Gets what the auditor saw of each block, in the order of the input.
    pub(crate) audit: &'w mut dyn FnMut(Tally),
}

/// How one input is to be handled: the job, and what is known of the input.
pub(crate) struct Plan<'p> {
    pub(crate) job: &'p Job,
    pub(crate) layout: Layout,
    pub(crate) columns: Columns,
    patterns: Vec<Pattern<'p>>,
    pub(crate) audit: Option<Input<'p>>,
    /// Whether a text with commands is a shell script, and not one that speaks of them.
    pub(crate) is_shell: bool,
    /// Whether the output is made; otherwise payloads are only judged.
    keeps: bool,
}

impl<'p> Plan<'p> {
    fn new(
        job: &'p Job,
        name: &Path,
        layout: Layout,
        first: &Block,
        keeps: bool,
    ) -> io::Result<Self> {
        if layout == Layout::Curl && matches!(job.task, Task::Validate(_)) {
            let message =
                "calls in scripts are not validated, only their bodies in files of their own";
            return Err(io::Error::other(message));
        }
        let columns = match layout {
            Layout::Table(delimiter) => Columns::of(first.header(), delimiter, &job.column)
                .and_then(|columns| columns.enough(job))
                .map_err(io::Error::other)?,
            _ => Columns::default(),
        };
        let patterns = job.at.iter().map(|at| Pattern::new(at)).collect();
        Ok(Plan {
            job,
            layout,
            columns,
            patterns,
            audit: job.audit().map(|audit| audit.input(name)),
            is_shell: layout == Layout::Curl && is_shell(name, &first.bytes),
            keeps,
        })
    }

    /// What is looked for in the documents; `None` where each of them is a payload itself.
    pub(crate) fn search(&self) -> Option<Search<'_>> {
        match (self.job.find, self.patterns.as_slice()) {
            (true, _) => Some(Search::Find),
            (false, []) => None,
            (false, patterns) => Some(Search::At(patterns)),
        }
    }
}

/// Converts an input to an output, packed as the input is.
///
/// # Errors
/// About the whole input: reading it, its size, its header, or writing the output.
pub(crate) fn run<'r>(
    job: &Job,
    name: &Path,
    input: Box<dyn Read + Send + 'r>,
    output: &mut dyn Output,
    watch: &mut Watch<'_, '_>,
) -> io::Result<()> {
    let (input, packing) = unpack(input, job.max_input)?;
    run_blocks(job, name, Blocks::new(input), packing, output, watch)
}

/// The same for an input that was read already.
///
/// # Errors
/// As [`run`].
pub(crate) fn run_read(
    job: &Job,
    name: &Path,
    bytes: Cow<'_, [u8]>,
    output: &mut dyn Output,
    watch: &mut Watch<'_, '_>,
) -> io::Result<()> {
    let is_one_block =
        bytes.len() <= SIZE && job.max_input.is_none_or(|most| bytes.len() as u64 <= most);
    match Packing::of(&bytes) {
        Packing::None if is_one_block => {
            let blocks = Blocks::read(bytes.into_owned());
            run_blocks(job, name, blocks, Packing::None, output, watch)
        }
        _ => run(job, name, Box::new(Cursor::new(bytes)), output, watch),
    }
}

fn run_blocks(
    job: &Job,
    name: &Path,
    mut blocks: Blocks<'_>,
    packing: Packing,
    output: &mut dyn Output,
    watch: &mut Watch<'_, '_>,
) -> io::Result<()> {
    let mut unbroken = 0;
    let layout = match Layout::said(job, name) {
        Some(layout) => layout,
        None => blocks
            .peek(|bytes, ended| Layout::seen(job, bytes, ended, &mut unbroken))?
            .unwrap_or(Layout::Json),
    };
    blocks.cut_by(layout.splitter(job.tolerant));
    let mut first = Block::default();
    blocks.next(&mut first)?;
    let plan = Plan::new(job, name, layout, &first, output.keeps())?;
    let mut packed = Packed::new(packing, output);
    flow::run(&plan, &mut blocks, first, &mut packed, watch)?;
    packed.finish()
}

/// Converts an input and gives what it becomes; `None` where nothing changes.
///
/// # Errors
/// As [`run`].
pub(crate) fn run_bytes(
    job: &Job,
    name: &Path,
    bytes: &[u8],
    watch: &mut Watch<'_, '_>,
) -> io::Result<Option<Vec<u8>>> {
    let mut out = Vec::with_capacity(output::likely(bytes.len()));
    run_read(job, name, bytes.into(), &mut out, watch)?;
    Ok(watch.totals.is_change().then_some(out))
}

/// What people see of an input: its bytes, unpacked.
///
/// # Errors
/// Those of unpacking.
pub(crate) fn shown<'b>(job: &Job, bytes: &'b [u8]) -> io::Result<Cow<'b, [u8]>> {
    let (mut input, packing) = unpack(Box::new(bytes), job.max_input)?;
    if packing == Packing::None {
        return Ok(bytes.into());
    }
    let mut text = Vec::new();
    input.read_to_end(&mut text)?;
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use std::io::IoSlice;

    use super::*;

    /// An output that nobody sees, and for which nothing is to be made.
    struct Unseen;

    impl Output for Unseen {
        fn write(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<()> {
            assert!(pieces.iter().all(|piece| piece.is_empty()), "{pieces:?}");
            Ok(())
        }

        fn keeps(&self) -> bool {
            false
        }
    }

    #[test]
    fn what_nobody_sees_is_counted_and_not_made() {
        const V2: &str = r#"{"prompt":"a","model_name":"m","steps":20,"cfg_scale":7}"#;
        let call = format!("curl https://api.novita.ai/v2/txt2img -d '{V2}'\n");
        let commented = format!("{V2} // a comment\n{V2}\n");
        let found = format!("{{\"body\":{V2}}}");
        for (name, input, tolerant, find, count) in [
            ("a.json", V2, false, false, 1),
            ("a.ndjson", &commented, true, false, 2),
            ("a.json", &commented, true, false, 2),
            ("a.json", &found, false, true, 1),
            ("a.sh", &call, false, false, 1),
        ] {
            let job = Job {
                tolerant,
                find,
                ..Job::default()
            };
            let mut watch = Watch {
                each: &mut |_| {},
                done: &|_| {},
                rejects: None,
                totals: Totals::default(),
                audit: &mut |_| {},
            };
            let bytes = Cow::from(input.as_bytes());
            run_read(&job, Path::new(name), bytes, &mut Unseen, &mut watch).unwrap();
            assert_eq!(watch.totals.converted, count, "{name}: {input}");
        }
    }
}
