//! `explain CODE|FIELD`.

use std::fmt::Write as _;

use novita_migrate::Code;

use super::wrap::wrap;
use super::{Stop, field, print};
use crate::args::ExplainArgs;
use crate::suggest::nearest;

/// Explains a finding class or a field; lists the classes without one.
pub(super) fn run(args: &ExplainArgs) -> Result<u8, Stop> {
    let Some(subject) = args.subject.as_deref() else {
        return print(&list());
    };
    if let Ok(code) = subject.parse::<Code>() {
        return print(&class(code));
    }
    match field::explain(subject) {
        Some(text) => print(&text),
        None => Err(unknown(subject)),
    }
}

fn list() -> String {
    let width = Code::ALL
        .iter()
        .map(|code| code.name().len())
        .max()
        .unwrap_or(0);
    let mut out = String::from("Finding classes:\n\n");
    for code in Code::ALL {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {:<width$}  {}", code.name(), code.summary());
    }
    out.push_str("\n`novita-migrate explain CODE` tells more about one of them, `novita-migrate explain FIELD` about a field,\n");
    out.push_str("`novita-migrate rules` lists the fields.\n");
    out
}

fn class(code: Code) -> String {
    let mut out = String::new();
    wrap(&mut out, &format!("{code}: "), "  ", code.summary());
    out.push('\n');
    wrap(&mut out, "", "", code.explain());
    out.push('\n');
    wrap(&mut out, "What to do: ", "  ", code.help());
    let _ = write!(
        out,
        "\nLevels:\n  --allow {code}          report it as a note\n  --warn {code}           report it as a warning\n  \
         --deny {code}           leave a payload as it is that has one\n\n"
    );
    wrap(
        &mut out,
        "",
        "",
        &format!(
            "With `=FIELD` after the code a level is about one V2 field: `--deny {code}=FIELD`. A settings file can hold levels, \
         each with its reason; see `novita-migrate config show`. Errors cannot be lowered."
        ),
    );
    out
}

fn unknown(subject: &str) -> Stop {
    let fields = super::rules::all()
        .flat_map(|row| [row.v2(), row.v3()])
        .flatten();
    let v3 = novita_migrate::v3::FIELDS.iter().map(|field| field.path());
    let names = Code::ALL
        .iter()
        .map(|code| code.name())
        .chain(fields)
        .chain(v3);
    let near = nearest(subject, names, 3);
    let help = match near.as_slice() {
        [] => {
            "`novita-migrate explain` lists the finding classes, `novita-migrate rules` the fields"
                .to_owned()
        }
        near => format!(
            "did you mean {}?",
            near.iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(" or ")
        ),
    };
    Stop::help(
        format_args!(
            "`{}` is neither a finding class nor a field of V2 or V3",
            crate::report::text(subject)
        ),
        help,
    )
}
