//! What the document says of bodies: their schemas, with what their readers say of each field.

use std::collections::BTreeMap;

use utoipa::openapi::{HttpMethod, Ref, RefOr, Required, Schema, request_body::RequestBody, schema::Object};

use crate::input::{Body, Form, shape::not_null};

/// The schema of a body.
pub struct BodySchema {
    /// What the document calls it.
    pub name: String,
    /// As its type says it.
    pub schema: Object,
    /// An empty one that was read: which fields were asked for, and which of them it lacks.
    pub empty: Form,
}

impl BodySchema {
    /// That of this body; none where its type is no object.
    pub fn of<B: Body>() -> Option<Self> {
        let RefOr::T(Schema::Object(schema)) = B::schema() else { return None };
        let mut empty = Form::default();
        B::read(&mut empty);
        Some(Self { name: B::name().into_owned(), schema, empty })
    }

    /// With the bounds of its fields; of a part of it, nothing is required. A form has no null.
    fn bounded(&self, is_part: bool, is_form: bool) -> Object {
        let mut schema = self.schema.clone();
        if is_part {
            schema.required.clear();
        }
        for (name, shape) in self.empty.asked() {
            let is_required = schema.required.iter().any(|required| required == name);
            if let Some(RefOr::T(Schema::Object(field))) = schema.properties.get_mut(*name) {
                shape.bound(field, is_required);
                if is_required || is_form {
                    not_null(field);
                }
            }
        }
        schema
    }
}

/// Names the schema of an operation's body and notes it. PATCH takes any part of one; a body of which nothing is required need
/// not be there.
pub fn describe(
    body: &mut RequestBody,
    method: &HttpMethod,
    known: &[BodySchema],
    schemas: &mut BTreeMap<String, Object>,
) {
    let is_part = matches!(method, HttpMethod::Patch);
    for (kind, content) in &mut body.content {
        let RefOr::T(content) = content else { continue };
        let Some(RefOr::Ref(reference)) = &content.schema else { continue };
        let name = reference.ref_location.rsplit('/').next().unwrap_or_default();
        let Some(known) = known.iter().find(|known| known.name == name) else { continue };
        let is_other = is_part && !known.schema.required.is_empty();
        let name = if is_other { format!("{}Part", known.name) } else { known.name.clone() };
        let schema = known.bounded(is_part, kind == "multipart/form-data");
        body.required = Some(if schema.required.is_empty() { Required::False } else { Required::True });
        content.schema = Some(Ref::from_schema_name(&name).into());
        schemas.insert(name, schema);
    }
}
