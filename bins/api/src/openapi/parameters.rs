//! What the document says of parameters, beyond what each route does.

use app::audit::AuditAction;
use serde_json::json;
use utoipa::openapi::{
    ObjectBuilder, RefOr, Schema, Type,
    path::Parameter,
    schema::{AnyOfBuilder, Object},
};

use crate::{
    auth::KEY_PATTERN,
    input::shape::{Shape, list_choices},
    query::SEARCH,
};

/// Says what a parameter may be. A filter may be blank too, and is then as if it were left out.
pub fn bound(parameter: &mut Parameter) {
    let whole = || ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).build();
    let Some(RefOr::T(Schema::Object(said))) = &parameter.schema else { return };
    let mut schema = said.clone();
    let bounded = match parameter.name.as_str() {
        "Idempotency-Key" => ObjectBuilder::new().schema_type(Type::String).pattern(Some(KEY_PATTERN)).into(),
        "page" | "page_size" => whole().into(),
        // an id larger than any there is is nobody's
        "user_id" | "actor" | "subject" => or_blank(whole()),
        "id" => {
            schema.minimum = Some(1.into());
            schema.into()
        }
        "search" => {
            Shape::Line { max: SEARCH }.bound(&mut schema, false);
            schema.into()
        }
        "start_date" | "end_date" => {
            Shape::Day.bound(&mut schema, false);
            or_blank(schema)
        }
        "is_read" => or_blank(schema),
        "action" => {
            schema.enum_values = Some(AuditAction::ALL.iter().map(|action| json!(action.as_str())).collect());
            or_blank(schema)
        }
        "status" | "transaction_type" => {
            list_choices(&mut schema);
            or_blank(schema)
        }
        _ => return,
    };
    parameter.schema = Some(bounded);
}

fn or_blank(mut schema: Object) -> RefOr<Schema> {
    match &mut schema.enum_values {
        Some(values) => {
            values.push(json!(""));
            schema.into()
        }
        None => {
            let blank = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([json!("")]));
            AnyOfBuilder::new().item(schema).item(blank).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{openapi::document, routes};

    #[test]
    fn every_text_among_the_filters_has_bounds() {
        let document = serde_json::to_value(document(&routes::all())).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            for parameter in item["get"]["parameters"].as_array().into_iter().flatten() {
                let (name, schema) = (&parameter["name"], &parameter["schema"]);
                let is_bare =
                    schema["type"] == "string" && schema["enum"].is_null() && schema["pattern"].is_null();
                assert!(!is_bare || parameter["in"] == "path", "{path}: {name}: {schema}");
            }
        }
    }
}
