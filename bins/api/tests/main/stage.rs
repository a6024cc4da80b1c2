//! The whole service in this process, on a database of its own, and people with tokens.

use std::{
    net::TcpListener,
    panic::{AssertUnwindSafe, resume_unwind},
    rc::Rc,
};

use actix_web::{
    body::MessageBody as _,
    dev::{Payload, ServerHandle, Service as _},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap},
    },
    test::{TestRequest, init_service},
    web::Data,
};
use api::service::{Patience, State, server, service};
use app::App;
use futures_util::{FutureExt as _, future::LocalBoxFuture};
use infra::{
    config::{Config, Environment},
    testing::{Engine, TestDb},
    tokens::{Claims, TokenType},
};
use serde_json::Value;

use crate::contract;

/// A page that may call the API.
pub const ORIGIN: &str = "https://app.example.in";

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Reply {
    /// A header, or blank.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body's `code`, or blank.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// The names of the fields that are wrong.
    pub fn wrong_fields(&self) -> Vec<&str> {
        assert_eq!(self.status, 400, "{self:?}");
        self.json.as_object().unwrap().keys().map(String::as_str).collect()
    }
}

type Sender = Box<dyn Fn(TestRequest, Option<Payload>) -> LocalBoxFuture<'static, Reply>>;

/// The service and what it stands on.
pub struct Stage {
    pub app: App,
    pub test: TestDb,
    config: Config,
    send: Sender,
}

/// A person with a token.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: i64,
    pub token: String,
}

/// Runs `work` on a new stage.
pub fn on_stage(work: impl AsyncFnOnce(&Stage)) {
    on_stage_with(&[], work);
}

/// Runs `work` on a new stage that is told more from outside.
pub fn on_stage_with(settings: &[(&str, &str)], work: impl AsyncFnOnce(&Stage)) {
    on_stage_of(Engine::Sqlite, settings, work);
}

/// Runs `work` on a new stage with this database.
pub fn on_stage_of(engine: Engine, settings: &[(&str, &str)], work: impl AsyncFnOnce(&Stage)) {
    let test = TestDb::open(engine);
    let database = test.settings();
    let folder = test.folder().join("files").display().to_string();
    let own = [
        ("CORS_ALLOWED_ORIGINS", ORIGIN),
        ("MEDIA_ROOT", folder.as_str()),
        ("EMAIL_BACKEND", "file"),
        ("SMS_BACKEND", "file"),
        ("EMAIL_FILE_PATH", folder.as_str()),
    ];
    let database = database.iter().map(|(name, value)| (*name, value.as_str()));
    let environment =
        Environment::of_pairs(database.chain(own).chain(settings.iter().map(|pair| (pair.0, pair.1))));
    let config = Config::read(&environment).unwrap();
    let app = App::open(&config).unwrap();
    let system = actix_web::rt::System::new();
    let (stage, worked) = system.block_on(async {
        app::setup::seed_plan(&app, config.plan.clone()).await.unwrap();
        let state = State::new(app.clone(), &config);
        let stage = Stage { send: sender(state).await, app, test, config };
        let worked = AssertUnwindSafe(work(&stage)).catch_unwind().await;
        (stage, worked)
    });
    // outside async code, where connections to MySQL can be closed
    drop(stage);
    if let Err(panic) = worked {
        resume_unwind(panic);
    }
}

async fn sender(state: State) -> Sender {
    let service = Rc::new(init_service(service(Data::new(state))).await);
    Box::new(move |request, payload| {
        let service = Rc::clone(&service);
        Box::pin(async move {
            let mut request = request.to_request();
            let method = request.method().clone();
            if let Some(payload) = payload {
                request = request.replace_payload(payload).0;
            }
            let (route, response) = match service.call(request).await {
                Ok(response) => (response.request().match_pattern(), response.into_parts().1),
                Err(error) => (None, error.error_response()),
            };
            let (status, headers) = (response.status(), response.headers().clone());
            let body = response.into_body();
            let bytes = body.try_into_bytes().expect("a body in one piece");
            let reply = reply(status, headers, &bytes);
            contract::check(&method, route.as_deref(), &reply);
            reply
        })
    })
}

fn reply(status: StatusCode, headers: HeaderMap, body: &[u8]) -> Reply {
    let text = String::from_utf8_lossy(body).into_owned();
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Reply { status: status.as_u16(), headers, text, json }
}

impl Stage {
    /// Sends a request as it is.
    pub async fn send(&self, request: TestRequest) -> Reply {
        (self.send)(request, None).await
    }

    /// Sends a request whose body comes as the payload gives it.
    pub async fn send_slowly(&self, request: TestRequest, payload: Payload) -> Reply {
        (self.send)(request, Some(payload)).await
    }

    /// Serves at a port of this machine: where, and what stops it.
    pub fn listen(&self, patience: Patience) -> (String, ServerHandle) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let mut state = State::new(self.app.clone(), &self.config);
        state.patience = patience;
        let server = server(Data::new(state), listener).unwrap();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        (address, handle)
    }

    /// GETs as somebody.
    pub async fn get(&self, path: &str, who: &Person) -> Reply {
        self.send(who.on(Method::GET, path)).await
    }

    /// POSTs JSON as somebody.
    pub async fn post(&self, path: &str, who: &Person, body: Value) -> Reply {
        self.send(who.on(Method::POST, path).set_json(body)).await
    }

    /// POSTs bytes as somebody.
    pub async fn post_raw(&self, path: &str, who: &Person, kind: &str, body: Vec<u8>) -> Reply {
        let request = who.on(Method::POST, path).insert_header((header::CONTENT_TYPE, kind));
        self.send(request.set_payload(body)).await
    }

    /// An admin who may do everything.
    pub async fn admin(&self) -> Person {
        self.person("admin", 1).await
    }

    /// A reviewer.
    pub async fn staff(&self) -> Person {
        self.person("staff", 0).await
    }

    /// A member.
    pub async fn member(&self) -> Person {
        self.person("user", 0).await
    }

    async fn person(&self, role: &str, is_superuser: u8) -> Person {
        let number = self.test.number("SELECT COUNT(*) + 1 AS value FROM users");
        let email = format!("person{number}@example.in");
        let id = app::auth::create_superuser(&self.app, &email, None).await.unwrap().id;
        let change =
            format!("UPDATE users SET role = '{role}', is_superuser = {is_superuser} WHERE id = {id}");
        self.test.sql(&change).unwrap();
        Person { id, token: self.token(id, 3600) }
    }

    /// An access token of an account that lives for so many seconds.
    pub fn token(&self, user_id: i64, seconds: i64) -> String {
        let iat = self.app.clock.now().utc().and_utc().timestamp();
        let claims = Claims {
            token_type: TokenType::Access,
            exp: iat + seconds,
            iat,
            jti: format!("{user_id}-{seconds}"),
            user_id,
            sid: None,
        };
        self.app.tokens.sign(&claims).unwrap()
    }
}

impl Person {
    /// A request of this person.
    pub fn on(&self, method: Method, path: &str) -> TestRequest {
        let bearer = format!("Bearer {}", self.token);
        TestRequest::with_uri(path).method(method).insert_header((header::AUTHORIZATION, bearer))
    }
}
