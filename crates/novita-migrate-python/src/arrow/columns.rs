//! The struct array that comes out, column by column.

use std::sync::Arc;

use arrow_array::builder::{
    GenericStringBuilder, Int64Builder, LargeStringBuilder, StringBuilder, StringViewBuilder,
};
use arrow_array::{ArrayRef, ListArray, OffsetSizeTrait, StructArray};
use arrow_buffer::{NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, Fields};
use novita_migrate::{Finding, migrate};

use crate::error::{Place, message};
use crate::options::Choices;

type Done<T = ()> = Result<T, ArrowError>;

/// Everything known so far.
pub(super) struct Columns {
    valid: NullBufferBuilder,
    text: Text,
    endpoint: StringBuilder,
    status: StringBuilder,
    findings: Findings,
    error: Errors,
    /// The output of one row, kept for its room.
    scratch: Vec<u8>,
}

impl Columns {
    /// For a column of the given type; `None` if it holds no strings.
    pub(super) fn new(data_type: &DataType) -> Option<Self> {
        Some(Columns {
            valid: NullBufferBuilder::new(0),
            text: Text::new(data_type)?,
            endpoint: StringBuilder::new(),
            status: StringBuilder::new(),
            findings: Findings::default(),
            error: Errors::default(),
            scratch: Vec::new(),
        })
    }

    /// Migrates a row and appends what came of it.
    pub(super) fn push(&mut self, row: Option<&[u8]>, choices: &Choices) -> Done {
        let Some(input) = row else {
            return self.push_null();
        };
        self.valid.append_non_null();
        match migrate(input, choices.document, &choices.options) {
            Ok(migration) => {
                self.scratch.clear();
                migration.write_to(&mut self.scratch);
                self.text.push(Some(&self.scratch))?;
                push(
                    &mut self.endpoint,
                    migration.endpoint().map(|endpoint| endpoint.path()),
                )?;
                push(&mut self.status, Some(migration.status().name()))?;
                self.findings.push(Some(migration.findings()))?;
                self.error.push(None)
            }
            Err(error) => {
                self.text.push(Some(input))?;
                push(&mut self.endpoint, None)?;
                push(&mut self.status, Some("failed"))?;
                self.findings.push(Some(&[]))?;
                self.error
                    .push(Some((&message(&error, input), &Place::of(&error, input))))
            }
        }
    }

    fn push_null(&mut self) -> Done {
        self.valid.append_null();
        self.text.push(None)?;
        push(&mut self.endpoint, None)?;
        push(&mut self.status, None)?;
        self.findings.push(None)?;
        self.error.push(None)
    }

    pub(super) fn finish(mut self) -> Done<StructArray> {
        let columns = [
            ("text", self.text.finish()),
            ("endpoint", Arc::new(self.endpoint.finish()) as ArrayRef),
            ("status", Arc::new(self.status.finish())),
            ("findings", Arc::new(self.findings.finish()?)),
            ("error", Arc::new(self.error.finish()?)),
        ];
        structs(columns, self.valid)
    }
}

/// A struct array; every field may be null.
fn structs<const N: usize>(
    columns: [(&str, ArrayRef); N],
    mut valid: NullBufferBuilder,
) -> Done<StructArray> {
    let fields = columns
        .iter()
        .map(|(name, column)| Field::new(*name, column.data_type().clone(), true));
    let fields: Fields = fields.collect();
    StructArray::try_new(
        fields,
        columns.map(|(_, column)| column).into(),
        valid.finish(),
    )
}

/// Appends, unless the offsets would overflow: the builder panics then.
fn push<O: OffsetSizeTrait>(builder: &mut GenericStringBuilder<O>, text: Option<&str>) -> Done {
    let length = builder.values_slice().len() + text.map_or(0, str::len);
    if O::from_usize(length).is_none() {
        return Err(ArrowError::OffsetOverflowError(length));
    }
    builder.append_option(text);
    Ok(())
}

/// The output, of the type that the input has.
enum Text {
    Small(StringBuilder),
    Large(LargeStringBuilder),
    View(StringViewBuilder),
}

impl Text {
    fn new(data_type: &DataType) -> Option<Self> {
        match data_type {
            DataType::Utf8 => Some(Text::Small(StringBuilder::new())),
            DataType::LargeUtf8 => Some(Text::Large(LargeStringBuilder::new())),
            DataType::Utf8View => Some(Text::View(StringViewBuilder::new())),
            _ => None,
        }
    }

    fn push(&mut self, bytes: Option<&[u8]>) -> Done {
        // Only a row that failed because it is no UTF-8, which Arrow forbids, changes here.
        let text = bytes.map(String::from_utf8_lossy);
        match self {
            Text::Small(builder) => push(builder, text.as_deref()),
            Text::Large(builder) => push(builder, text.as_deref()),
            Text::View(builder) => match text {
                Some(text) => builder.try_append_value(text),
                None => {
                    builder.append_null();
                    Ok(())
                }
            },
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Text::Small(mut builder) => Arc::new(builder.finish()),
            Text::Large(mut builder) => Arc::new(builder.finish()),
            Text::View(mut builder) => Arc::new(builder.finish()),
        }
    }
}

/// A list of findings for each row.
struct Findings {
    valid: NullBufferBuilder,
    ends: Vec<i32>,
    code: StringBuilder,
    severity: StringBuilder,
    pointer: StringBuilder,
    to: StringBuilder,
    message: StringBuilder,
}

impl Default for Findings {
    fn default() -> Self {
        let [code, severity, pointer, to, message] = std::array::from_fn(|_| StringBuilder::new());
        Findings {
            valid: NullBufferBuilder::new(0),
            ends: vec![0],
            code,
            severity,
            pointer,
            to,
            message,
        }
    }
}

impl Findings {
    fn push(&mut self, findings: Option<&[Finding<'_>]>) -> Done {
        self.valid.append(findings.is_some());
        for finding in findings.unwrap_or_default() {
            push(&mut self.code, Some(finding.code().name()))?;
            push(&mut self.severity, Some(finding.severity().name()))?;
            push(&mut self.pointer, Some(&finding.pointer().to_string()))?;
            push(
                &mut self.to,
                finding.to().map(|to| to.to_string()).as_deref(),
            )?;
            push(&mut self.message, Some(&finding.message().to_string()))?;
        }
        // Each finding has more than one byte in `code`, so the count fits where its bytes did.
        self.ends.push(self.code.offsets_slice().len() as i32 - 1);
        Ok(())
    }

    fn finish(mut self) -> Done<ListArray> {
        let count = self.ends.last().copied().unwrap_or_default();
        let mut all_valid = NullBufferBuilder::new(0);
        all_valid.append_n_non_nulls(usize::try_from(count).unwrap_or_default());
        let columns = [
            ("code", Arc::new(self.code.finish()) as ArrayRef),
            ("severity", Arc::new(self.severity.finish())),
            ("pointer", Arc::new(self.pointer.finish())),
            ("to", Arc::new(self.to.finish())),
            ("message", Arc::new(self.message.finish())),
        ];
        let items = structs(columns, all_valid)?;
        let item = Field::new("item", arrow_array::Array::data_type(&items).clone(), true);
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.ends));
        ListArray::try_new(
            Arc::new(item),
            offsets,
            Arc::new(items),
            self.valid.finish(),
        )
    }
}

/// Why rows failed.
struct Errors {
    valid: NullBufferBuilder,
    message: StringBuilder,
    line: Int64Builder,
    column: Int64Builder,
    pointer: StringBuilder,
}

impl Default for Errors {
    fn default() -> Self {
        let [message, pointer] = std::array::from_fn(|_| StringBuilder::new());
        let [line, column] = std::array::from_fn(|_| Int64Builder::new());
        Errors {
            valid: NullBufferBuilder::new(0),
            message,
            line,
            column,
            pointer,
        }
    }
}

impl Errors {
    fn push(&mut self, error: Option<(&str, &Place)>) -> Done {
        self.valid.append(error.is_some());
        push(&mut self.message, error.map(|(message, _)| message))?;
        self.line
            .append_option(error.map(|(_, place)| place.line as i64));
        self.column
            .append_option(error.map(|(_, place)| place.column as i64));
        push(
            &mut self.pointer,
            error.map(|(_, place)| place.pointer.as_str()),
        )
    }

    fn finish(mut self) -> Done<StructArray> {
        let columns = [
            ("message", Arc::new(self.message.finish()) as ArrayRef),
            ("line", Arc::new(self.line.finish())),
            ("column", Arc::new(self.column.finish())),
            ("pointer", Arc::new(self.pointer.finish())),
        ];
        structs(columns, self.valid)
    }
}
