//! The commands: one table, from which parser, help, man page and completions follow.

use clap::{ArgMatches, Args as _, FromArgMatches, Subcommand};

use super::{
    AuditArgs, CheckArgs, CompletionsArgs, ConfigShowArgs, ConvertArgs, ExplainArgs, ManArgs,
    RulesArgs, SchemaArgs, UndoArgs, ValidateArgs,
};

macro_rules! commands {
    ($($variant:ident($args:ty) $name:literal $about:literal)*) => {
        /// A command with its arguments.
        #[derive(Debug)]
        pub(crate) enum Command {
            $(#[doc = $about] $variant(Box<$args>),)*
        }

        // By hand rather than derived: a derived parser makes the arguments of every command before it knows which one is
        // meant, and that is most of what a start costs.
        impl Subcommand for Command {
            fn augment_subcommands(program: clap::Command) -> clap::Command {
                program$(.subcommand(
                    clap::Command::new($name)
                        .about($about)
                        .defer(|command| <$args>::augment_args(command).about($about).long_about(None::<&str>)),
                ))*
            }

            fn augment_subcommands_for_update(program: clap::Command) -> clap::Command {
                Self::augment_subcommands(program)
            }

            fn has_subcommand(name: &str) -> bool {
                [$($name),*].contains(&name)
            }
        }

        impl FromArgMatches for Command {
            fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
                Self::from_arg_matches_mut(&mut matches.clone())
            }

            fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, clap::Error> {
                let missing = || clap::Error::raw(clap::error::ErrorKind::MissingSubcommand, "a command is missing");
                let (name, mut matches) = matches.remove_subcommand().ok_or_else(missing)?;
                match name.as_str() {
                    $($name => Ok(Command::$variant(Box::new(<$args>::from_arg_matches_mut(&mut matches)?))),)*
                    _ => Err(missing()),
                }
            }

            fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
                *self = Self::from_arg_matches(matches)?;
                Ok(())
            }
        }
    };
}

commands! {
    Convert(ConvertArgs) "convert"
        "Convert V2 payloads to V3: to stdout, or files and folders with --write or --out-dir"
    Check(CheckArgs) "check"
        "Audit only, never write: exit 1 while V2 payloads or denied findings remain"
    Validate(ValidateArgs) "validate"
        "Check V3 payloads, hand-written ones too: exit 1 if V3 refuses one"
    Audit(AuditArgs) "audit"
        "Keep what payloads turn into: snapshots for review, groups, and reports in HTML, Markdown, JSON"
    Rules(RulesArgs) "rules"
        "Print the guide's table: what happens to every V2 field"
    Explain(ExplainArgs) "explain"
        "Explain a finding or a field: the guide's line, its contradictions, what was decided"
    Undo(UndoArgs) "undo"
        "Put back the files that a --write run replaced"
    Config(ConfigArgsOf) "config"
        "Show the settings in effect and where each comes from"
    Schema(SchemaArgs) "schema"
        "Print the JSON Schema of V3's request bodies, or of the report"
    Completions(CompletionsArgs) "completions"
        "Print a shell's completion script"
    Man(ManArgs) "man"
        "Print the man page, or that of one command"
}

/// `config`.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigArgsOf {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

/// What `config` can do.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show every setting, its value, and whether a flag, the settings file or the default says so
    Show(Box<ConfigShowArgs>),
}
