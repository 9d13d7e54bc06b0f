//! `config show`: the settings in effect as a settings file, with who said each as a comment.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::ValueEnum;
use novita_migrate::Level;

use super::preserve::Preserve;
use super::settings::{Origin, Set, Settings};
use crate::args::About;
use crate::audit::Wanted;

/// The text of `config show`. It is a settings file itself.
pub(crate) fn show(settings: &Settings) -> String {
    let name = settings.file.as_ref().map_or("", |(name, _)| name);
    let mut page = Page {
        text: String::new(),
        name,
    };
    match name {
        "" => page.line(&format!(
            "# No {} here or in a folder above: flags and defaults only.",
            super::NAME
        )),
        name => page.line(&format!("# Settings file: {name}")),
    }
    page.line("");
    page.line("[options]");
    let strength = settings.hires_strength.value.unwrap_or(0.8);
    page.setting(
        "hires-strength",
        &number(strength),
        &settings.hires_strength.origin,
    );
    page.choice("out-of-range", &settings.out_of_range);
    page.choice("unknown", &settings.unknown);
    page.choice("plan", &settings.plan);
    page.preserve(&settings.preserve);
    page.line("");
    page.line("[files]");
    page.list("include", &settings.include);
    page.list("exclude", &settings.exclude);
    for (key, set) in [
        ("hidden", &settings.hidden),
        ("no-ignore", &settings.no_ignore),
        ("follow", &settings.follow),
    ] {
        page.setting(key, &set.value.to_string(), &set.origin);
    }
    for (level, reason) in &settings.levels {
        page.line("");
        let origin = page.origin(&level.origin);
        page.line(&format!("{:<30} # {origin}", "[[levels]]"));
        match &level.value.about {
            About::Warnings => page.line("code = \"warnings\""),
            About::Code(code, field) => {
                page.line(&format!("code = \"{code}\""));
                if let Some(field) = field {
                    page.line(&format!("field = {}", quoted(field)));
                }
            }
        }
        let name = match level.value.level {
            Level::Allow => "allow",
            Level::Deny => "deny",
            _ => "warn",
        };
        page.line(&format!("level = \"{name}\""));
        page.line(&format!(
            "reason = {}",
            quoted(reason.as_deref().unwrap_or("given on the command line"))
        ));
    }
    for accept in &settings.accepts {
        page.line("");
        let origin = page.origin(&Origin::File(accept.line));
        page.line(&format!("{:<30} # {origin}", "[[accept]]"));
        page.line(&format!("code = \"{}\"", accept.code));
        let value = accept.value.as_ref().map(|value| match value {
            Wanted::Text(text) => quoted(text),
            Wanted::Bare(text) => text.clone(),
        });
        let texts = [
            ("field", accept.field.as_deref().map(quoted)),
            ("value", value),
            ("glob", accept.glob.as_ref().map(|(glob, _)| quoted(glob))),
            ("reason", Some(quoted(&accept.reason))),
            ("owner", Some(quoted(&accept.owner))),
        ];
        for (key, value) in texts {
            if let Some(value) = value {
                page.line(&format!("{key} = {value}"));
            }
        }
    }
    page.text
}

struct Page<'a> {
    text: String,
    name: &'a str,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn origin(&self, origin: &Origin) -> String {
        match origin {
            Origin::Flag(flag) => format!("flag {flag}"),
            Origin::File(line) => format!("{}:{line}", self.name),
            Origin::Default => "default".to_owned(),
        }
    }

    fn setting(&mut self, key: &str, value: &str, origin: &Origin) {
        let origin = self.origin(origin);
        self.line(&format!("{:<30} # {origin}", format!("{key} = {value}")));
    }

    fn choice<T: ValueEnum + Copy>(&mut self, key: &str, set: &Set<T>) {
        self.setting(key, &word(set.value), &set.origin);
    }

    fn preserve(&mut self, preserve: &Preserve) {
        let all = &preserve.preserve;
        self.setting("preserve", &all.value.to_string(), &all.origin);
        self.choice("n-iter", &preserve.n_iter);
        self.choice("mask", &preserve.mask);
        self.choice("ip-adapter", &preserve.ip_adapter);
        self.choice("samplers", &preserve.samplers);
        let text = |path: &Set<PathBuf>| Set {
            value: path.value.to_string_lossy().into_owned(),
            origin: path.origin.clone(),
        };
        match &preserve.embeddings {
            // TOML has no word for nothing.
            None => self.line("# embeddings: no file"),
            Some(path) => {
                let path = text(path);
                self.setting("embeddings", &quoted(&path.value), &path.origin);
            }
        }
        let catalog: Vec<_> = preserve.catalog.iter().map(text).collect();
        self.list("catalog", &catalog);
    }

    fn list(&mut self, key: &str, values: &[Set<String>]) {
        if values.is_empty() {
            return self.setting(key, "[]", &Origin::Default);
        }
        self.line(&format!("{key} = ["));
        for value in values {
            let origin = self.origin(&value.origin);
            self.line(&format!(
                "{:<30} # {origin}",
                format!("    {},", quoted(&value.value))
            ));
        }
        self.line("]");
    }
}

fn word<T: ValueEnum>(choice: T) -> String {
    choice
        .to_possible_value()
        .map_or_else(String::new, |word| quoted(word.get_name()))
}

fn number(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.1}")
    } else {
        value.to_string()
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            _ if char.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(char));
            }
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}
