"""`/api/docs/` in a real browser: it opens, logs somebody in with a code, and tries a call. BASE_URL and OUTBOX
as for the acceptance stories."""
import json, os, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "acceptance"))
from browser import browser
from client import BASE, call, latest_code, ok, seen

PROFILE = "/api/users/profile/"
# the row of a call, and what it opens to
ROW = f'.opblock-get:has([data-path="{PROFILE}"])'


def log_in(page, identifier):
    before = seen()
    page.type("#identifier", identifier)
    page.click("#send")
    code, _ = latest_code(identifier, before)
    page.type("#code", "000000" if code != "000000" else "000001")
    page.click("#enter")
    page.until("a wrong code is refused", "return document.querySelector('#state').className === 'refused'")
    page.run("document.querySelector('#code').value = ''")
    page.type("#code", code)
    page.click("#enter")
    page.until("logged in", "return document.querySelector('#state').innerText.startsWith('Logged in')")
    assert identifier in page.text("#state"), page.text("#state")


def try_profile(page):
    """Opens the call's row if it is shut, sends the call, and gives its status and body."""
    if not page.run("return !!document.querySelector(arguments[0])", f"{ROW}.is-open"):
        page.click(f"{ROW} .opblock-summary-control")
    else:
        page.click(f"{ROW} .btn-clear")
    page.click(f"{ROW} .execute")
    status = page.until(
        "an answer",
        "return document.querySelector(arguments[0])?.innerText",
        f"{ROW} .live-responses-table tbody .response-col_status",
    )
    body = page.text(f"{ROW} .live-responses-table tbody .response-col_description .highlight-code")
    return status.split()[0], body


def main():
    page_reply = call("GET", "/api/docs")
    assert page_reply.status == 200 and b"swagger-ui-bundle.js" in page_reply.body, page_reply
    policy = page_reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy, policy

    with browser() as page:
        page.open(BASE + "/api/docs")
        routes = ok(call("GET", "/api/schema/"))["paths"]
        page.element("#operations-tag-users, [id^=operations-tag-users]")
        page.click("[id^=operations-tag-users] .expand-operation")
        page.element(ROW)
        status, body = try_profile(page)
        assert status == "401", f"before the login: {status} {body}"

        log_in(page, "docs@example.in")
        status, body = try_profile(page)
        assert status == "200" and '"docs@example.in"' in body, f"after the login: {status} {body}"

        page.click("#leave")
        page.until("logged out", "return document.querySelector('#state').innerText.startsWith('Not')")
        status, body = try_profile(page)
        assert status == "401", f"after the logout: {status} {body}"

        asked = page.run("return performance.getEntriesByType('resource').map(entry => entry.name)")
        assert asked and all(address.startswith((BASE + "/", "data:")) for address in asked), asked
        # the browser notes each refused call too; those were meant
        wrong = [line for line in page.console() if "status of 401" not in line and "status of 400" not in line]
        assert not wrong, json.dumps(wrong, indent=1)
    print(f"the page of {len(routes)} paths logs in and tries a call in a browser")


main()
