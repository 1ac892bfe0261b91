"""A headless Chromium, driven over its own pipe (no port, nothing but the standard library). It keeps a list of what the
page said on its console, what its policy forbade and what it asked of the network.

    with Browser() as browser:
        page = browser.open("file:///…/report.html")
        page.run("document.title")
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


class Failed(Exception):
    """The browser did not do what it was asked to."""


class Browser:
    def __init__(self, seconds=120):
        self.end = time.monotonic() + seconds
        self.number = 0
        self.waiting = b""
        self.events = []

    def begin(self, seconds):
        """Starts the time anew, and forgets what was told so far."""
        self.end = time.monotonic() + seconds
        self.events = []

    def __enter__(self):
        program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
        if program is None:
            raise Failed("no Chromium here (Debian: chromium)")
        self.folder = tempfile.mkdtemp(prefix="fleetaudit-chromium-")
        to_browser, self.write = os.pipe()
        self.read, from_browser = os.pipe()

        def pipes():
            # Chromium reads from 3 and writes to 4; whatever stood there must not be in the way.
            reading, writing = os.dup(to_browser), os.dup(from_browser)
            while reading in (3, 4):
                reading = os.dup(reading)
            while writing in (3, 4):
                writing = os.dup(writing)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.folder}", "--no-first-run",
             "--no-default-browser-check", "--disable-gpu", "--disable-extensions", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--force-color-profile=srgb"]
            # Chromium's own sandbox wants another user than root.
            + (["--no-sandbox"] if os.getuid() == 0 else []) + ["about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False,
            preexec_fn=pipes, start_new_session=True)
        os.close(to_browser)
        os.close(from_browser)
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close", limit=5)
        except (Failed, OSError):
            pass
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            # The group is the browser's own: it was started as one.
            os.killpg(self.process.pid, 9)
            self.process.wait()
        os.close(self.read)
        os.close(self.write)
        shutil.rmtree(self.folder, ignore_errors=True)

    def message(self, limit):
        """The next thing that the browser says; None when it says nothing in time."""
        while b"\0" not in self.waiting:
            left = min(limit, self.end) - time.monotonic()
            if left <= 0 or not select.select([self.read], [], [], left)[0]:
                return None
            piece = os.read(self.read, 1 << 20)
            if not piece:
                raise Failed("the browser has ended")
            self.waiting += piece
        line, _, self.waiting = self.waiting.partition(b"\0")
        return json.loads(line)

    def call(self, method, session=None, limit=60, **parameters):
        self.number += 1
        number = self.number
        request = {"id": number, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        os.write(self.write, json.dumps(request).encode() + b"\0")
        limit += time.monotonic()
        while (answer := self.message(limit)) is not None:
            if answer.get("id") == number:
                if "error" in answer:
                    raise Failed(f"{method}: {answer['error'].get('message')}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)
        raise Failed(f"{method}: no answer in time")

    def open(self, address, width=1440, height=900, dark=False, scripts=True):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, session, address, width, height, dark, scripts)


class Page:
    def __init__(self, browser, session, address, width, height, dark, scripts):
        self.browser = browser
        self.session = session
        self.address = address
        for domain in ("Page", "Runtime", "Log", "Network", "Audits", "DOM"):
            self.call(domain + ".enable")
        self.size(width, height)
        self.theme(dark)
        if not scripts:
            self.call("Emulation.setScriptExecutionDisabled", value=True)
        started = time.monotonic()
        self.call("Page.navigate", url=address)
        if scripts:
            self.until("document.readyState === 'complete'")
        else:
            time.sleep(1)
        self.seconds = time.monotonic() - started

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def theme(self, dark):
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}])

    def run(self, script):
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise Failed(f"{script}: {details.get('exception', {}).get('description', details.get('text'))}")
        return answer["result"].get("value")

    def until(self, script, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.run(script):
                return
            time.sleep(0.02)
        raise Failed(f"never true: {script}")

    def go(self, fragment):
        """As somebody who follows a link."""
        self.run(f"location.hash = {json.dumps(fragment)}")
        self.settle()

    def settle(self):
        self.run("new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)))")

    def key(self, key, code=None, text=""):
        codes = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowDown": 40, "ArrowUp": 38, "Home": 36, "End": 35}
        number = codes.get(key, ord(key[0].upper()))
        text = text or ("\r" if key == "Enter" else key if len(key) == 1 else "")
        down = {"type": "keyDown" if text else "rawKeyDown", "key": key, "windowsVirtualKeyCode": number}
        if text:
            down["text"] = text
        if code:
            down["code"] = code
        self.call("Input.dispatchKeyEvent", **down)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=number)
        self.settle()

    def click(self, selector):
        box = self.run(
            f"(() => {{ const node = document.querySelector({json.dumps(selector)}); if (!node) return null;"
            " node.scrollIntoView({block: 'center'}); const box = node.getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()")
        if not box:
            raise Failed(f"nothing to click at {selector}")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)
        self.settle()

    def shot(self, path, whole=False):
        if whole:
            height = self.run("Math.min(8000, Math.max(document.documentElement.scrollHeight, innerHeight))")
            width = self.run("innerWidth")
            self.size(width, height)
        picture = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture))

    def print(self):
        """The page as a PDF."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"])

    def complaints(self):
        """What the console, the policy and the inspector said that a good page gives no cause for."""
        self.run("0")
        found = []
        for event in self.browser.events:
            if event.get("sessionId") != self.session:
                continue
            name, what = event["method"], event["params"]
            if name == "Runtime.exceptionThrown":
                found.append(what["exceptionDetails"].get("exception", {}).get("description", "exception"))
            elif name == "Runtime.consoleAPICalled":
                found.append("console: " + str([argument.get("value") for argument in what["args"]]))
            elif name == "Log.entryAdded":
                found.append("log: " + what["entry"]["text"])
            elif name == "Audits.issueAdded" and "NavigationEntryMarkedSkippable" not in json.dumps(what):
                # That one is about us: we follow links without a hand on the mouse.
                found.append("issue: " + json.dumps(what["issue"])[:500])
        return found

    def requests(self):
        """Every address that was asked for but the page itself."""
        self.run("0")
        asked = [event["params"]["request"]["url"] for event in self.browser.events
                 if event.get("sessionId") == self.session and event["method"] == "Network.requestWillBeSent"]
        return [address for address in asked if address.partition("#")[0] != self.address.partition("#")[0]]


def sheets(pdf):
    """How many pages a PDF of Chromium's has."""
    return pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type /Page/")
