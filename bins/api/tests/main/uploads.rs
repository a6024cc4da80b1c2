//! Documents of a KYC: sent in, linked, opened.

use actix_web::{
    http::{Method, header},
    test::TestRequest,
};
use infra::testing::PNG;
use serde_json::{Value, json};

use super::stage::{Person, Reply, Stage, on_stage};

const MARK: &str = "a mark that stands nowhere else";

/// A multipart body of these texts and files.
fn multipart(texts: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, text) in texts {
        let part = format!("--{MARK}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    for (name, file, content) in files {
        let head = format!(
            "--{MARK}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: image/png\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{MARK}--\r\n").as_bytes());
    body
}

const TEXTS: [(&str, &str); 9] = [
    ("pan_number", "ABCPE1234F"),
    ("aadhaar_number", "234123412346"),
    ("address_line1", "1 MG Road"),
    ("city", "Kochi"),
    ("state", "Kerala"),
    ("pincode", "682001"),
    ("account_number", "30112233445"),
    ("ifsc_code", "SBIN0001234"),
    ("status", "approved"),
];

async fn submit(stage: &Stage, who: &Person, body: Vec<u8>) -> Reply {
    let kind = format!("multipart/form-data; boundary=\"{MARK}\"");
    stage
        .send(
            who.on(Method::POST, "/api/users/kyc/")
                .insert_header((header::CONTENT_TYPE, kind))
                .set_payload(body),
        )
        .await
}

#[test]
fn a_document_is_open_to_whoever_has_its_link_and_to_nobody_else() {
    on_stage(async |stage| {
        let (owner, other, staff) = (stage.member().await, stage.member().await, stage.staff().await);
        let kyc = submit(stage, &owner, multipart(&TEXTS, &[("pan_document", "../../pan.png", PNG)])).await;
        assert_eq!((kyc.status, &kyc.json["status"]), (201, &json!("pending")), "{kyc:?}");
        let link = kyc.json["pan_document"].as_str().unwrap().to_owned();
        let path = link.strip_prefix("http://localhost:8080").unwrap_or_else(|| panic!("{link}"));

        let file = stage.send(TestRequest::with_uri(path)).await;
        assert_eq!((file.status, file.header("content-type")), (200, "image/png"));
        assert_eq!(file.header("content-security-policy"), "default-src 'none'; sandbox");
        assert!(file.header("cache-control").contains("no-store"));
        let forged = format!("{}0", &path[..path.len() - 1]);
        let other_end = if forged == path { format!("{}1", &path[..path.len() - 1]) } else { forged };
        for wrong in
            [other_end.as_str(), "/media/1", "/media/1.99999999999.abc", "/media/..%2f..%2fetc%2fpasswd"]
        {
            assert_eq!(stage.send(TestRequest::with_uri(wrong)).await.status, 404, "{wrong}");
        }

        let one = format!("/api/users/kyc/{}/", kyc.json["id"]);
        assert_eq!(stage.get(&one, &other).await.status, 404);
        assert_eq!(stage.get(&one, &staff).await.json["pan_number"], "ABCPE1234F");
        assert_eq!(stage.get("/api/users/kyc/", &other).await.json["count"], 0);
        let approve = format!("{one}approve/");
        assert_eq!(stage.post(&approve, &owner, json!({})).await.status, 403);
        assert_eq!(stage.post(&approve, &staff, Value::Null).await.status, 400, "null is no object");
        assert_eq!(stage.post(&approve, &staff, json!({})).await.json, json!({"status": "approved"}));
        let reject = format!("{one}reject/");
        assert_eq!(stage.post(&reject, &staff, json!({})).await.wrong_fields(), ["reason"]);
        assert_eq!(stage.post(&reject, &staff, json!({"reason": "late"})).await.status, 409);
    });
}

#[test]
fn files_have_limits() {
    on_stage(async |stage| {
        let member = stage.member().await;
        let large = [PNG, &vec![0; 10 << 20]].concat();
        let too_large = submit(stage, &member, multipart(&TEXTS, &[("pan_document", "a.png", &large)])).await;
        assert_eq!((too_large.status, too_large.code()), (413, "too_large"));
        let parts: Vec<(&str, &str, &[u8])> =
            (0..4).map(|_| ("pan_document", "a.png", &large[..9 << 20])).collect();
        assert_eq!(submit(stage, &member, multipart(&TEXTS, &parts)).await.status, 413, "36 MB in all");
        let script =
            submit(stage, &member, multipart(&TEXTS, &[("pan_document", "a.png", b"<script>")])).await;
        assert_eq!(script.wrong_fields(), ["pan_document"]);
        let text = submit(stage, &member, multipart(&[("pan_document", "no file")], &[])).await;
        assert!(text.wrong_fields().contains(&"pan_document"));
        let many: Vec<(&str, &str)> = (0..200).map(|_| ("city", "Kochi")).collect();
        assert_eq!(submit(stage, &member, multipart(&many, &[])).await.status, 400);
        assert_eq!(submit(stage, &member, b"no multipart at all".to_vec()).await.status, 400);
        let cut = multipart(&TEXTS, &[("pan_document", "a.png", PNG)]);
        assert_eq!(submit(stage, &member, cut[..cut.len() - 60].to_vec()).await.status, 400);
    });
}
