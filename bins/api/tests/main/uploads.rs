//! Documents: sent in, linked, opened, and what is sent in their place.

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

/// A PNG of 74 bytes that says it has 50,000 by 50,000 pixels: 10 GB when it is unpacked.
const BOMB: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xc3P\0\0\xc3P\x08\x06\0\0\0K\xaf=\xca\
    \0\0\0\x11IDATx\xdac`\x18\x05\xa3`\x14\x0cw\0\0\x03\xe8\0\x01\xceILX\0\0\0\0IEND\xaeB`\x82";

async fn send_document(stage: &Stage, who: &Person, name: &str, content: &[u8]) -> Reply {
    let texts = [("document_type", "other"), ("title", "A document")];
    let kind = format!("multipart/form-data; boundary=\"{MARK}\"");
    let request = who.on(Method::POST, "/api/compliance/documents/");
    let request = request.insert_header((header::CONTENT_TYPE, kind));
    stage.send(request.set_payload(multipart(&texts, &[("file", name, content)]))).await
}

async fn opened(stage: &Stage, link: &Value) -> Reply {
    let path = link.as_str().unwrap().strip_prefix("http://localhost:8080").unwrap().to_owned();
    stage.send(TestRequest::with_uri(&path)).await
}

#[test]
fn what_only_looks_like_a_document_is_refused_or_harmless() {
    on_stage(async |stage| {
        let member = stage.member().await;
        let script = b"<html><script>alert(document.domain)</script></html>";
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
        let head = &PNG[..8];
        for (name, content) in [
            ("a.png", BOMB.to_vec()),
            ("a.svg", svg.to_vec()),
            ("a.png", svg.to_vec()),
            ("a.html", script.to_vec()),
            ("a.png", [head, script].concat()),
            ("a.jpg", [b"\xff\xd8\xff\xe0", &script[..]].concat()),
            ("a.webp", [b"RIFF\x24\0\0\0WEBPVP8 ", &script[..]].concat()),
        ] {
            let refused = send_document(stage, &member, name, &content).await;
            assert_eq!(refused.wrong_fields(), ["file"], "{name}");
        }
        let bomb = send_document(stage, &member, "a.png", BOMB).await;
        assert!(bomb.text.contains("50 million pixels"), "{bomb:?}");
        let kyc = submit(stage, &member, multipart(&TEXTS, &[("pan_document", "a.png", BOMB)])).await;
        assert_eq!(kyc.wrong_fields(), ["pan_document"]);
        assert_eq!(stage.get("/api/compliance/documents/", &member).await.json["count"], 0);

        // a picture with a page and an archive behind it: the picture is kept, and nothing else
        let both = [PNG, script, b"PK\x03\x04 an archive PK\x05\x06"].concat();
        let kept = send_document(stage, &member, "../../../etc/cron.d/a.php", &both).await;
        assert_eq!(kept.status, 201, "{kept:?}");
        let file = opened(stage, &kept.json["file"]).await;
        assert_eq!((file.status, file.header("content-type")), (200, "image/png"));
        assert!(!file.text.contains("script") && !file.text.contains("PK") && !file.text.contains("cron"));
        // a page that calls itself a PDF is saved, never shown
        let pdf = send_document(stage, &member, "a.pdf", &[b"%PDF-1.7\n", &script[..]].concat()).await;
        let file = opened(stage, &pdf.json["file"]).await;
        assert_eq!((file.status, file.header("content-type")), (200, "application/pdf"));
        assert!(file.header("content-disposition").starts_with("attachment"), "{file:?}");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert_eq!(file.header("content-security-policy"), "default-src 'none'; sandbox");

        // names are drawn at random, below one folder
        let folder = stage.test.folder().join("files");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{name}");
        }
    });
}

#[test]
fn a_nominee_is_told_as_json_or_with_a_picture() {
    on_stage(async |stage| {
        let (member, staff) = (stage.member().await, stage.staff().await);
        let path = "/api/users/nominee/";
        let change = |method: Method, path: &str, body: Value| member.on(method, path).set_json(body);
        assert_eq!(stage.send(change(Method::PATCH, path, json!({"city": "Kochi"}))).await.status, 404);
        assert_eq!(stage.post(path, &member, json!({})).await.wrong_fields(), ["full_name", "relationship"]);
        let texts = [("full_name", "Meera"), ("relationship", "daughter"), ("id_proof_number", "ABCPE1234F")];
        let kind = format!("multipart/form-data; boundary=\"{MARK}\"");
        let request = member.on(Method::POST, path).insert_header((header::CONTENT_TYPE, kind));
        let body = multipart(&texts, &[("id_proof_document", "card.png", PNG)]);
        let named = stage.send(request.set_payload(body)).await;
        assert_eq!((named.status, &named.json["mobile"]), (201, &json!("")), "{named:?}");
        assert_eq!(opened(stage, &named.json["id_proof_document"]).await.status, 200);
        let one = format!("{path}{}/", named.json["id"]);
        let moved = stage.send(change(Method::PATCH, &one, json!({"city": "Kochi"}))).await;
        assert_eq!((moved.status, &moved.json["city"]), (200, &json!("Kochi")));
        let anew = json!({"full_name": "Ravi", "relationship": "son"});
        let anew = stage.send(change(Method::PUT, path, anew)).await;
        assert_eq!((anew.status, &anew.json["city"]), (200, &json!("")));
        assert!(anew.json["id_proof_document"].as_str().unwrap().starts_with("http"), "{anew:?}");
        assert_eq!(stage.get("/api/users/profile/", &member).await.json["nominee_exists"], true);
        assert_eq!(stage.get(path, &staff).await.json["count"], 1);
        let gone = stage.send(member.on(Method::DELETE, &one)).await;
        assert_eq!((gone.status, gone.text.as_str()), (204, ""));
        assert_eq!(stage.get("/api/users/profile/", &member).await.json["nominee_exists"], false);
    });
}
