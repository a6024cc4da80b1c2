"use strict";

// The scheme's name in the document.
const SCHEME = "bearer";

const part = (id) => document.getElementById(id);

const viewer = SwaggerUIBundle({
  url: "/api/schema/",
  dom_id: "#calls",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  // the public checker of documents is another host
  validatorUrl: null,
});

// The tokens stay in this page's memory: a reload forgets them.
let session = null;

function say(text, isRefusal = false) {
  part("state").textContent = text;
  part("state").className = isRefusal ? "refused" : "";
}

// What a refusal says, whichever of its forms it has.
function reason(body) {
  if (body && typeof body.detail === "string") return body.detail;
  return Object.entries(body || {}).map(([field, texts]) => `${field}: ${texts}`).join(" ") || "Refused.";
}

async function post(path, body, headers = {}) {
  const reply = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const answer = await reply.json();
  if (!reply.ok) throw new Error(reason(answer));
  return answer;
}

function identifier() {
  const text = part("identifier").value.trim();
  return { identifier: text, otp_type: text.includes("@") ? "email" : "mobile" };
}

function show(login) {
  session = login && login.tokens;
  part("leave").hidden = !login;
  if (login) {
    viewer.authActions.authorize({
      [SCHEME]: { name: SCHEME, schema: { type: "http", scheme: "bearer" }, value: session.access },
    });
    say(`Logged in as ${login.user.username} (${login.user.role}); calls below carry the token.`);
  } else {
    viewer.authActions.logout([SCHEME]);
    say("Not logged in.");
  }
}

async function attempt(work) {
  try {
    await work();
  } catch (error) {
    say(error.message, true);
  }
}

part("login").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    const sent = await post("/api/auth/send-otp/", identifier());
    say(sent.message);
    part("code").focus();
  });
});

function enter() {
  attempt(async () => {
    show(await post("/api/auth/verify-otp/", { ...identifier(), otp_code: part("code").value.trim() }));
    part("code").value = "";
  });
}

part("enter").addEventListener("click", enter);
part("code").addEventListener("keydown", (event) => {
  if (event.key === "Enter") {
    event.preventDefault();
    enter();
  }
});

part("leave").addEventListener("click", () => {
  const bearer = { Authorization: `Bearer ${session.access}` };
  attempt(async () => {
    await post("/api/auth/logout/", {}, bearer);
  }).then(() => show(null));
});
