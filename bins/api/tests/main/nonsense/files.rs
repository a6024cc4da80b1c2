//! Multipart bodies that are broken, and files that are not what they say.

use infra::testing::{Engine, PNG};

use super::{
    for_every_route,
    targets::Target,
    values::FOUR_BYTES,
    walk::Walk,
    world::{MARK, multipart, multipart_type},
};

fn texts(target: &Target) -> Vec<(&str, String)> {
    target
        .body
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}

async fn send(
    walk: &Walk<'_>,
    target: &Target,
    what: &str,
    kind: &str,
    body: Vec<u8>,
) -> crate::stage::Reply {
    let request = target.request(walk.world).insert_header(("Content-Type", kind));
    walk.send(target, what, request.set_payload(body)).await
}

#[test]
fn broken_multipart_bodies_are_400() {
    for_every_route(Engine::Sqlite, async |walk, target| {
        if !target.reads_a_body() {
            return;
        }
        let texts = texts(target);
        let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let whole = multipart(&texts, &[("a", "a.png", PNG)]);
        let part = |head: &[u8], body: &[u8]| {
            [b"--", MARK.as_bytes(), b"\r\n", head, b"\r\n\r\n", body, b"\r\n--", MARK.as_bytes(), b"--\r\n"]
                .concat()
        };
        let head = b"Content-Disposition: form-data; name=\"a\"";
        let long = [&head[..], b"; filename=\"", &[b'a'; 200_000], b"\""].concat();
        for (what, body) in [
            ("cut off", whole[..whole.len() - 40].to_vec()),
            ("no part ends", whole[..whole.len() / 2].to_vec()),
            ("no mark", b"nothing of the kind".to_vec()),
            ("another mark", b"--other\r\n\r\n\r\n--other--\r\n".to_vec()),
            ("no head", part(b"", b"x")),
            ("no name", part(b"Content-Disposition: form-data", b"x")),
            ("no disposition", part(b"Content-Type: text/plain", b"x")),
            ("another disposition", part(b"Content-Disposition: attachment; filename=\"a\"", b"x")),
            ("no UTF-8 in a text", part(head, b"\xff\xfe")),
            ("no UTF-8 in a name", part(b"Content-Disposition: form-data; name=\"\xff\"", b"x")),
            ("a long head", part(&long, b"x")),
            ("many parts", multipart(&vec![("a", "b"); 200], &[])),
        ] {
            let reply = send(walk, target, what, &multipart_type(), body).await;
            walk.expect(target, what, &reply, &[400]);
        }
        for kind in
            ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\""]
        {
            let reply = send(walk, target, kind, kind, whole.clone()).await;
            walk.expect(target, kind, &reply, &[400, 415]);
        }
        let odd_mark = format!("multipart/form-data; boundary={}", "x".repeat(5_000));
        send(walk, target, "a long mark", &odd_mark, whole).await;
    });
}

#[test]
fn files_that_are_not_what_they_say_are_refused_by_name() {
    for_every_route(Engine::Sqlite, async |walk, target| {
        let texts = texts(target);
        let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        for field in target.fields.iter().filter(|field| field.is_file) {
            let name = field.name.as_str();
            for (file, content) in [
                ("a.png", &b"<html><script>alert(1)</script>"[..]),
                ("a.png", b"GIF89a"),
                ("a.png", b"MZ\x90\x00"),
                ("a.png", b"\x7fELF"),
                ("a.png", b"PK\x03\x04"),
                ("a.png", b"\x89PN"),
                ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
                ("a.pdf", b"%PD"),
                ("a.pdf", b"\n\n%PDF-1.7"),
                ("a.jpg", b"\xff\xd8"),
                ("a.webp", b"RIFF\x00\x00\x00\x00WAVE"),
                ("a.png", b"\x00"),
                ("a.png", b" "),
            ] {
                let what = format!("{name} is {:?} called {file}", String::from_utf8_lossy(content));
                let body = multipart(&texts, &[(name, file, content)]);
                let reply = send(walk, target, &what, &multipart_type(), body).await;
                walk.expect_refused(target, &what, &reply, name);
            }
            let text = multipart(&[&texts[..], &[(name, "no file")]].concat(), &[]);
            let reply = send(walk, target, "a text for a file", &multipart_type(), text).await;
            walk.expect_refused(target, "a text for a file", &reply, name);
            // a name is no path of ours, whatever it is
            for file in ["../../../etc/passwd", "a\0.png", FOUR_BYTES, "con", &"a".repeat(5_000), "a.php", ""]
            {
                let what = format!("{name} called {:.30?}", file);
                send(walk, target, &what, &multipart_type(), multipart(&texts, &[(name, file, PNG)])).await;
            }
        }
        if let Some((first, _)) = texts.first() {
            let file = multipart(&texts[1..], &[(first, "a.png", PNG)]);
            send(walk, target, "a file for a text", &multipart_type(), file).await;
        }
    });
}
