//! Choices that have names: on the command line, in the settings file and in the library.

/// Declares the words of a flag that the library has a type for: each variant has its namesake there.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident => $library:ident { $($(#[$help:meta])* $variant:ident)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
        pub(crate) enum $name { $($(#[$help])* $variant,)* }

        impl From<$name> for $library {
            fn from(choice: $name) -> $library {
                match choice { $($name::$variant => $library::$variant,)* }
            }
        }
    };
}

pub(super) use choice;
