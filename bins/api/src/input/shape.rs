//! What fields take, in the words of the OpenAPI document: their readers say it, so that it stands in one place.

use serde_json::{Value, json};
use utoipa::openapi::schema::{Object, SchemaType, Type};

use super::form::{FALSE, MONEY_DIGITS, TRUE};

/// Characters that no text may have, as a class of a regular expression: the control characters.
const CONTROLS: &str = r"\u0000-\u001f\u007f-\u009f";
/// The same without tab and the ends of lines.
const CONTROLS_IN_LINES: &str = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f";

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A line of text.
    Line {
        /// Characters, at most.
        max: usize,
    },
    /// Lines of text.
    Lines {
        /// Characters, at most.
        max: usize,
    },
    /// Rupees, as a text or a number.
    Money,
    /// A whole number that is not negative, as a number or a text.
    Count,
    /// True or false, also as forms write it.
    Flag,
    /// A day `YYYY-MM-DD`.
    Day,
    /// One of some texts, which the field's own schema tells.
    Choice,
    /// An uploaded file.
    File,
}

impl Shape {
    /// Says it in a field's schema. Texts may be blank where the field is not required.
    pub fn bound(self, field: &mut Object, is_required: bool) {
        match self {
            Self::Line { max } => text(field, max, CONTROLS, is_required),
            Self::Lines { max } => text(field, max, CONTROLS_IN_LINES, is_required),
            Self::Money => {
                also(field, Type::Number);
                let (whole, one) = (MONEY_DIGITS, MONEY_DIGITS - 1);
                let two = MONEY_DIGITS - 2;
                field.pattern = Some(format!(
                    r"^0*([0-9]{{1,{whole}}}|[0-9]{{1,{one}}}\.[0-9]|[0-9]{{1,{two}}}\.[0-9]{{2}})$"
                ));
                field.minimum = Some(0.into());
                field.multiple_of = Some(0.01.into());
            }
            Self::Count => {
                also(field, Type::String);
                field.format = None;
                field.pattern = Some("^[0-9]+$".to_owned());
                field.minimum = Some(0.into());
                field.maximum = Some(u32::MAX.into());
            }
            Self::Flag => {
                also(field, Type::String);
                let texts = TRUE.iter().chain(&FALSE).map(|text| json!(text));
                let null = is_nullable(field).then_some(Value::Null);
                field.enum_values =
                    Some([json!(true), json!(false)].into_iter().chain(texts).chain(null).collect());
            }
            // from the first year that both databases store
            Self::Day => field.pattern = Some("^[1-9]".to_owned()),
            Self::Choice | Self::File => {}
        }
    }
}

fn text(field: &mut Object, max: usize, controls: &str, is_required: bool) {
    field.max_length = Some(max);
    field.pattern = Some(if is_required {
        format!(r"^[^{controls}]*[^\s{controls}][^{controls}]*$")
    } else {
        format!("^[^{controls}]*$")
    });
}

/// Turns `^(a|b)$`, as fields write what they may be, into a list of these values.
pub fn list_choices(field: &mut Object) {
    let listed = field.pattern.as_deref().and_then(|pattern| pattern.strip_prefix("^(")?.strip_suffix(")$"));
    let Some(listed) =
        listed.filter(|texts| texts.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_|".contains(&byte)))
    else {
        return;
    };
    let null = is_nullable(field).then_some(Value::Null);
    field.enum_values = Some(listed.split('|').map(|text| json!(text)).chain(null).collect());
    field.pattern = None;
}

fn is_nullable(field: &Object) -> bool {
    matches!(&field.schema_type, SchemaType::Array(types) if types.contains(&Type::Null))
}

fn also(field: &mut Object, another: Type) {
    field.schema_type = match std::mem::take(&mut field.schema_type) {
        SchemaType::Type(only) => SchemaType::Array(vec![only, another]),
        SchemaType::Array(types) => {
            let at = types.iter().position(|one| *one == Type::Null).unwrap_or(types.len());
            let mut types = types;
            types.insert(at, another);
            SchemaType::Array(types)
        }
        any @ SchemaType::AnyValue => any,
    };
}

/// Takes null out of what the field may be.
pub fn not_null(field: &mut Object) {
    let SchemaType::Array(types) = &mut field.schema_type else { return };
    types.retain(|one| *one != Type::Null);
    if let [only] = types.as_slice() {
        field.schema_type = SchemaType::Type(only.clone());
    }
    if let Some(values) = &mut field.enum_values {
        values.retain(|value| !value.is_null());
    }
}
