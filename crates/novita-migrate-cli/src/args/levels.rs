//! `--deny`, `--warn` and `--allow`: three flags, one list, in the order in which they were given.

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use novita_migrate::{Code, Level, Options};

use crate::suggest::suggest;

/// The levels that the flags set, in their order: later ones win.
#[derive(Debug, Clone, Default)]
pub(crate) struct LevelArgs {
    pub(crate) rules: Vec<LevelRule>,
}

/// One level, as `--deny deprecated-field=n_iter` sets it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LevelRule {
    pub(crate) about: About,
    pub(crate) level: Level,
}

/// Which findings a level is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum About {
    /// Everything that is a warning by itself.
    Warnings,
    /// One class, of one field or of all.
    Code(Code, Option<String>),
}

const FLAGS: [(&str, Level, &str); 3] = [
    (
        "deny",
        Level::Deny,
        "Leave a payload as it is if it has such a finding: `warnings`, a code (out-of-range) or a code and a V2 field \
         (deprecated-field=n_iter); may be repeated, the last one that fits wins",
    ),
    (
        "warn",
        Level::Warn,
        "Report such findings as warnings; same values as --deny",
    ),
    (
        "allow",
        Level::Allow,
        "Accept such findings: report them as notes; same values as --deny",
    ),
];

impl LevelRule {
    /// The flag that sets such a level.
    pub(crate) fn flag(&self) -> &'static str {
        match self.level {
            Level::Allow => "--allow",
            Level::Deny => "--deny",
            _ => "--warn",
        }
    }

    /// Sets the level in the library's options.
    pub(crate) fn apply(&self, options: Options) -> Options {
        match &self.about {
            About::Warnings => options.warnings(self.level),
            About::Code(code, field) => options.level(*code, field.as_deref(), self.level),
        }
    }
}

impl About {
    /// Reads `warnings`, `CODE` or `CODE=FIELD`; the error says what was meant, perhaps.
    pub(crate) fn parse(text: &str) -> Result<About, String> {
        let (name, field) = match text.split_once('=') {
            Some((name, field)) => (name, Some(field)),
            None => (text, None),
        };
        if name == "warnings" {
            return match field {
                None => Ok(About::Warnings),
                Some(_) => Err(
                    "`warnings` takes no field; name a finding class: deprecated-field=n_iter"
                        .to_owned(),
                ),
            };
        }
        let Ok(code) = name.parse::<Code>() else {
            let names = Code::ALL.iter().map(|code| code.name()).chain(["warnings"]);
            let hint = suggest(name, names).map_or_else(
                || "`explain` lists them".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(format!("no finding class has the name `{name}`: {hint}"));
        };
        match field {
            Some("") => Err(format!("a field is missing after `{name}=`")),
            field => Ok(About::Code(code, field.map(str::to_owned))),
        }
    }
}

impl std::fmt::Display for About {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            About::Warnings => f.write_str("warnings"),
            About::Code(code, None) => write!(f, "{code}"),
            About::Code(code, Some(field)) => write!(f, "{code}={field}"),
        }
    }
}

// By hand, because derived arguments of different names lose their order among one another.
impl FromArgMatches for LevelArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut placed = Vec::new();
        for (flag, level, _) in FLAGS {
            let indices = matches.indices_of(flag).into_iter().flatten();
            let values = matches.get_many::<About>(flag).into_iter().flatten();
            placed.extend(indices.zip(values).map(|(at, about)| {
                (
                    at,
                    LevelRule {
                        about: about.clone(),
                        level,
                    },
                )
            }));
        }
        placed.sort_by_key(|(at, _)| *at);
        Ok(LevelArgs {
            rules: placed.into_iter().map(|(_, rule)| rule).collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)
            .map_err(|error| clap::Error::raw(ErrorKind::Io, error.to_string()))?;
        Ok(())
    }
}

impl Args for LevelArgs {
    fn augment_args(command: Command) -> Command {
        FLAGS.into_iter().fold(command, |command, (flag, _, help)| {
            command.arg(
                Arg::new(flag)
                    .long(flag)
                    .value_name("WHAT")
                    .help(help)
                    .help_heading("Findings")
                    .action(ArgAction::Append)
                    .value_parser(About::parse),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
