"""A headless Chromium, driven over WebDriver with the standard library only."""
import contextlib, json, os, re, subprocess, tempfile, time, urllib.error, urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
WAIT_S = 30
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--window-size=1280,2000",
    # whoever asks for another host gets none
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


class Browser:
    def __init__(self, driver, profile):
        self.driver = driver
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": ARGUMENTS + [f"--user-data-dir={profile}"]},
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        self.session = ""
        made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = "/session/" + made["sessionId"]

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.driver + self.session + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as refusal:
            raise AssertionError(f"{method} {path}: {json.load(refusal)['value']['message']}") from None

    def open(self, address):
        self.call("POST", "/url", {"url": address})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def until(self, what, script, *arguments):
        """What the script gives, as soon as that is something."""
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            found = self.run(script, *arguments)
            if found:
                return found
            time.sleep(0.05)
        text = self.run("return document.body.innerText")
        raise AssertionError(f"{what}: not within {WAIT_S} s; the page says:\n{text[:2000]}\n{self.console()}")

    def element(self, css):
        """An element that is there and shown."""
        script = "const e = document.querySelector(arguments[0]); return e && e.offsetParent !== null ? e : null"
        return self.until(css, script, css)[ELEMENT]

    def click(self, css):
        found = self.element(css)
        self.run("arguments[0].scrollIntoView({block: 'center'})", {ELEMENT: found})
        self.call("POST", f"/element/{found}/click", {})

    def type(self, css, text):
        self.call("POST", f"/element/{self.element(css)}/value", {"text": text})

    def text(self, css):
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", css)

    def console(self):
        """What the browser complained of since it was last asked: errors, and what the page's policy forbade."""
        lines = self.call("POST", "/se/log", {"type": "browser"})
        return [line["message"] for line in lines if line["level"] in ("SEVERE", "WARNING")]


@contextlib.contextmanager
def browser():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # its own port, by its own choice
        driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        try:
            port = next(found[1] for line in driver.stdout if (found := re.search(r"success.* on port (\d+)", line)))
            opened = Browser(f"http://127.0.0.1:{port}", os.path.join(profile, "p"))
            try:
                yield opened
            finally:
                opened.call("DELETE", "")
        finally:
            driver.terminate()
            driver.wait(30)
            driver.stdout.close()
