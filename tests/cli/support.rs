//! Runs the binary in a folder of its own.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// A temporary folder that the binary runs in.
pub(crate) struct Folder(tempfile::TempDir);

/// A payload that converts with notes only.
pub(crate) const PLAIN: &str = r#"{"prompt":"a cat","negative_prompt":"","model_name":"m.safetensors","sampler_name":"Euler a","batch_size":2,"n_iter":1,"steps":25,"cfg_scale":7,"seed":-1,"width":512,"height":512}"#;

/// A payload that converts with a warning about `n_iter`.
pub(crate) const LOSES: &str = r#"{
  "prompt": "a cat",
  "model_name": "m.safetensors",
  "sampler_name": "Euler a",
  "batch_size": 2,
  "n_iter": 4,
  "steps": 25,
  "cfg_scale": 7,
  "seed": -1,
  "width": 512,
  "height": 512
}
"#;

/// A payload that is V3 already.
pub(crate) const V3: &str = r#"{"request":{"prompt":"a cat","model_name":"m.safetensors","sampler_name":"Euler a","image_num":1,"steps":25,"guidance_scale":7,"width":512,"height":512}}"#;

/// A terminal that nobody sits at.
pub(crate) struct Terminal(File);

impl Terminal {
    pub(crate) fn open() -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        Terminal(File::from(master))
    }

    /// The side that programs see.
    pub(crate) fn side(&self) -> Stdio {
        let name = ptsname(&self.0, Vec::new()).unwrap();
        Stdio::from(
            File::options()
                .read(true)
                .write(true)
                .open(name.to_str().unwrap())
                .unwrap(),
        )
    }

    /// What a program printed, once it is gone.
    pub(crate) fn printed(mut self) -> String {
        let mut bytes = Vec::new();
        // A terminal without programs ends with an error.
        let _ = self.0.read_to_end(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }
}

/// What a run printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    /// A folder in memory, where the system has such a place: for thousands of files in no time.
    #[allow(dead_code, reason = "tests/writing.rs needs it, others do not")]
    pub(crate) fn in_memory() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        Folder(folder.unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// The binary, in this folder, with nothing of the tester's own settings and an empty stdin.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_novita-migrate"));
        command
            .args(args)
            .current_dir(self.path())
            .stdin(Stdio::null());
        command
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR")
            .env_remove("CLICOLOR_FORCE");
        command.env("XDG_STATE_HOME", self.path().join(".state"));
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::from(self.command(args).output().unwrap())
    }

    pub(crate) fn pipe(&self, args: &[&str], input: impl AsRef<[u8]>) -> Ran {
        let mut command = self.command(args);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.as_ref().to_vec();
        let feeder = std::thread::spawn(move || {
            // The binary may well stop reading before the end.
            let _ = stdin.write_all(&input);
        });
        let ran = Ran::from(child.wait_with_output().unwrap());
        feeder.join().unwrap();
        ran
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Asserts that stderr holds every one of these texts.
    #[track_caller]
    pub(crate) fn says(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(
                self.err.contains(text),
                "stderr lacks {text:?}:\n{}",
                self.err
            );
        }
        self
    }

    #[track_caller]
    pub(crate) fn ends(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }
}
