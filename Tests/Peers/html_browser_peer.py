"""Uses the HTML report in headless Chromium as people do, and says what did not work.

    html_browser_peer.py REPORT HOSTILE EXPECTED

REPORT: a report of more than 100 hosts with a trend. HOSTILE: one whose texts want to be more. EXPECTED: JSON with `hosts`
(how many), `failing` (by control: how many hosts fail it), `host` (the name of a failing host). stdout: one JSON object for
each check: `check`, and `wrong` (empty when it works)."""
import json
import sys
import traceback

from browser import Browser, Failed, sheets

report, hostile, expected = ("file://" + sys.argv[1], "file://" + sys.argv[2], json.loads(sys.argv[3]))
checks = []


def check(function):
    checks.append(function)
    return function


def want(condition, words):
    if not condition:
        raise AssertionError(words)


ROWS = "document.querySelectorAll('#host-rows tr').length"
NAMES = "[...document.querySelectorAll('#host-rows th a')].map(node => node.textContent)"
STATUS = "document.getElementById('count').textContent"
OPEN = "[...document.querySelectorAll('.view')].filter(node => getComputedStyle(node).display !== 'none').map(node => node.id)"
GROUND = "getComputedStyle(document.body).backgroundColor"


@check
def opens_without_a_complaint_and_asks_for_nothing(browser):
    page = browser.open(report)
    for view in ("causes", "groups", "controls", "hosts", "certificates", "not-audited", "waivers", "method", "overview"):
        page.go("#" + view)
        want(page.run(OPEN) == [view], f"{view} is not the one view that is open: {page.run(OPEN)}")
        want(page.run("document.querySelector('nav [aria-current]').hash") == "#" + view, "the navigation does not say so")
    want(page.complaints() == [], page.complaints())
    want(page.requests() == [], page.requests())


@check
def shows_hosts_by_the_page(browser):
    page = browser.open(report + "#hosts")
    want(page.run(ROWS) == 100, f"{page.run(ROWS)} rows")
    count = page.run("document.getElementById('host-table').getAttribute('aria-rowcount')")
    want(count == str(expected["hosts"] + 1), f"aria-rowcount {count}")
    want(page.run("document.querySelector('#host-rows tr').getAttribute('aria-rowindex')") == "2", "aria-rowindex")
    first = page.run(NAMES)
    page.click("#next")
    want(page.run("document.querySelector('#host-rows tr').getAttribute('aria-rowindex')") == "102", "second page")
    want(not set(first) & set(page.run(NAMES)), "the second page repeats the first")
    page.click("#last")
    want(page.run("document.getElementById('next').disabled"), "there is something behind the last page")
    want("page=" in page.run("location.hash"), "the page stands not in the address")


@check
def filters_while_one_types(browser):
    page = browser.open(report + "#hosts")
    page.run("document.getElementById('f-text').focus()")
    for letter in "srv-ok-1":
        page.key(letter)
    names = page.run(NAMES)
    want(names and all("srv-ok-1" in name for name in names), names[:5])
    want(page.run(STATUS).startswith(f"{len(names)} of {expected['hosts']} hosts"), page.run(STATUS))
    want(page.run("document.getElementById('count').getAttribute('role')") == "status", "nobody is told")
    want(page.run("document.activeElement.id") == "f-text", "the focus left the field")
    page.until("location.hash === '#q=srv-ok-1'", 3)
    page.click("#clear")
    want(page.run(ROWS) == 100, "clearing shows not all")


@check
def filters_by_group_verdict_severity_and_state(browser):
    page = browser.open(report + "#group=odd")
    odd = page.run(STATUS)
    want(odd.startswith(f"{expected['hosts'] // 2} of "), odd)
    page.go("#verdict=not-judged")
    cells = page.run("[...document.querySelectorAll('#host-rows .tag')].map(node => node.textContent)")
    want(cells and set(cells) == {"not audited"}, cells[:3])
    page.go("#answer=refused")
    want(page.run(NAMES) and all("refused" in name for name in page.run(NAMES)), page.run(NAMES)[:3])
    page.go("#severity=critical")
    want(page.run("[...document.querySelectorAll('#host-rows tr')].every(row => row.textContent.includes('critical'))"),
         "rows without a critical failure")
    page.go("#q=no+host+is+called+so")
    want(page.run("!document.getElementById('no-hosts').hidden"), "an empty list says nothing")
    page.go("#sort=%00&page=-3&c=NONE&state=x&verdict=y&&=&%")
    want(page.complaints() == [], page.complaints())


@check
def links_to_the_hosts_that_fail_a_control(browser):
    page = browser.open(report)
    for control, count in expected["failing"].items():
        page.go(f"#c={control}&state=fail")
        want(page.run(STATUS).startswith(f"{count} of "), f"{control}: {page.run(STATUS)}, not {count}")
        want(page.run("document.getElementById('host-outcome').textContent") == control, "no column for it")
        want(page.run("[...document.querySelectorAll('#host-rows tr')].every(row => row.cells[1].textContent.startsWith('fail'))"),
             f"{control}: other outcomes")


@check
def sorts(browser):
    page = browser.open(report + "#hosts")
    want(page.run("document.querySelector('th[data-key=worst]').getAttribute('aria-sort')") == "descending", "worst first")
    page.click("th[data-key=host] button")
    names = page.run(NAMES)
    want(page.run("document.querySelector('th[data-key=host]').getAttribute('aria-sort')") == "ascending", "aria-sort")
    want(page.run("document.querySelectorAll('#host-table [aria-sort]').length") == 1, "two columns say that they sort")
    want(page.run("(() => { const order = new Intl.Collator('en', {numeric: true}); const names = " + NAMES
                  + "; return names.every((name, at) => !at || order.compare(names[at - 1], name) <= 0); })()"), names[:5])
    page.click("th[data-key=host] button")
    want(page.run("document.querySelector('th[data-key=host]').getAttribute('aria-sort')") == "descending", "turned round")
    want(page.run(NAMES)[0] != names[0], "the order did not change")
    page.go("#controls")
    page.click("#controls th:nth-child(6) button")
    page.click("#controls th:nth-child(6) button")
    counts = page.run("[...document.querySelectorAll('#controls tbody tr')].map(row => Number(row.cells[5].textContent))")
    want(counts == sorted(counts, reverse=True) and counts[0] > 0, counts[:9])


@check
def goes_with_the_keyboard_alone(browser):
    page = browser.open(report + "#hosts")
    page.run("document.querySelector('#host-rows a').focus()")
    page.key("ArrowDown")
    page.key("ArrowDown")
    page.key("ArrowUp")
    second = page.run(NAMES)[1]
    want(page.run("document.activeElement.textContent") == second, "arrows do not move")
    page.key("Enter")
    want(page.run("document.activeElement.id") == "host-name", "the focus is not on what was opened")
    want(page.run("document.activeElement.textContent") == second, "another host was opened")
    page.key("Escape")
    want(page.run("document.getElementById('host-panel').hidden"), "Escape does not close")
    want(page.run("document.activeElement.textContent") == second, "the focus did not come back")
    page = browser.open(report)
    seen = []
    for _ in range(14):
        page.key("Tab")
        seen.append(page.run("(document.activeElement.textContent || document.activeElement.id).trim().slice(0, 30)"))
    want(seen[0] == "Skip to the content" and any(word.startswith("Causes") for word in seen), seen)


@check
def says_everything_of_one_host(browser):
    page = browser.open(report + f"#host={expected['host']}")
    words = page.run("document.getElementById('host-panel').textContent")
    for word in ("seen", "because", "wanted", "Fix:", "passed", "not applicable", "Asked", "since"):
        want(word in words, f"{word} is missing: {words[:300]}")
    want(page.run("document.querySelector('#host-panel .group-of:last-child').open") is False, "passes are not folded")
    want(page.run("document.querySelector('#host-rows tr.chosen a').textContent") == expected["host"], "its row is not marked")


@check
def opens_a_linked_row_that_a_filter_would_hide(browser):
    page = browser.open(report + f"#q=nothing-is-called-so&host={expected['host']}")
    want(page.run("document.getElementById('host-name').textContent") == expected["host"], "not opened")
    want(page.run(NAMES) == [expected["host"]], page.run(NAMES))
    want("outside of this list" in page.run("document.querySelector('#host-rows tr').textContent"), "it does not say why")
    page.go("#host=no-such-host")
    want(page.run("!document.getElementById('unknown-host').hidden"), "an unknown host is not told")


@check
def goes_back(browser):
    page = browser.open(report)
    page.click("nav a[href='#hosts']")
    page.click("#host-rows a")
    name = page.run("document.getElementById('host-name').textContent")
    want(name, "nothing opened")
    page.run("history.back()")
    page.settle()
    want(page.run("document.getElementById('host-panel').hidden"), "the host is still there")
    page.run("history.back()")
    page.settle()
    want(page.run(OPEN) == ["overview"], page.run(OPEN))
    page.run("history.go(2)")
    page.settle()
    want(page.run("document.getElementById('host-name').textContent") == name, "forward again")


@check
def opens_a_cause(browser):
    page = browser.open(report)
    page.click(".first tbody a")
    want(page.run(OPEN) == ["causes"], page.run(OPEN))
    want(page.run("document.getElementById(location.hash.slice(1)).open"), "the cause is folded")
    page.settle()
    named = page.run("document.getElementById(location.hash.slice(1)).querySelectorAll('.names a').length")
    page.run("document.getElementById(location.hash.slice(1)).querySelector('dl a').click()")
    page.settle()
    want(page.run(STATUS).startswith(f"{named} of "), f"{named} names, {page.run(STATUS)}")
    page.click("#drop-cause")
    want(page.run(STATUS).startswith("All "), page.run(STATUS))


@check
def is_light_and_dark(browser):
    light, dark = (browser.open(report, dark=dark).run(GROUND) for dark in (False, True))
    want(light != dark, f"{light} in both")
    page = browser.open(report, dark=True)
    page.click("#theme")
    want(page.run(GROUND) == light and "light" in page.run("document.getElementById('theme').textContent"), "to light")
    page.click("#theme")
    want(page.run(GROUND) == dark, "to dark")
    want(page.run("localStorage.length") == 0, "something is kept")


@check
def fits_small_screens(browser):
    page = browser.open(report, width=360, height=740)
    for view in ("overview", "causes", "controls", "hosts", "not-audited", "method", "host=" + expected["host"]):
        page.go("#" + view)
        width = page.run("document.documentElement.scrollWidth")
        want(width <= 360, f"{view} is {width} wide")


@check
def prints_page_one_on_one_sheet(browser):
    page = browser.open(report)
    whole = page.print()
    want(whole[:5] == b"%PDF-" and sheets(whole) > 3, f"{sheets(whole)} sheets")
    want(page.run("document.querySelectorAll('details[open]').length") == 0, "printing left folds open")
    page.run("document.querySelectorAll('.view:not(#overview), .charts, footer').forEach(node => node.remove())")
    want(sheets(page.print()) == 1, f"page one takes {sheets(page.print())} sheets")
    page = browser.open(report + "#host=" + expected["host"])
    want(sheets(page.print()) < sheets(whole), "printing one host prints all")


@check
def is_there_without_its_script(browser):
    page = browser.open(report, scripts=False)
    # The inspector's own questions still run.
    words = page.run("document.body.innerText")
    for word in ("hosts could not be audited", "Fix first", "Groups", "Not audited", "report.md and hosts.csv", "Method and versions"):
        want(word in words, f"{word} is not there")
    want(page.run("getComputedStyle(document.getElementById('filters')).display !== 'none' && document.getElementById('filters').offsetHeight > 0") is False,
         "there are controls that do nothing")


@check
def has_names_and_roles_for_everybody(browser):
    page = browser.open(report + "#hosts")
    for fragment in ("#hosts", "#overview", "#host=" + expected["host"]):
        page.go(fragment)
        nodes = [node for node in page.call("Accessibility.getFullAXTree")["nodes"] if not node.get("ignored")]
        roles = {}
        for node in nodes:
            roles.setdefault(node["role"]["value"], []).append(node.get("name", {}).get("value", ""))
        for role in ("banner", "navigation", "main", "contentinfo"):
            want(len(roles.get(role, [])) == 1, f"{fragment}: {len(roles.get(role, []))} of {role}")
        for role in ("button", "link", "searchbox", "combobox", "image", "region", "heading", "columnheader"):
            for name in roles.get(role, []):
                want(name.strip(), f"{fragment}: a {role} without a name")
        if fragment != "#overview":
            want("search" in roles and "status" in roles, f"{fragment}: {sorted(roles)}")
            want(roles.get("rowheader"), f"{fragment}: rows have no heads")
        levels = page.run("[...document.querySelectorAll('h1, h2, h3, h4, h5')].filter(node => node.offsetParent).map(node => Number(node.tagName[1]))")
        want(levels[0] == 1 and levels.count(1) == 1, levels[:5])
        jumps = [pair for pair in zip(levels, levels[1:]) if pair[1] > pair[0] + 1]
        want(not jumps, f"{fragment}: headings jump {jumps[:3]}")
    want(page.run("document.documentElement.lang") == "en" and page.run("document.title"), "no language or title")


@check
def lets_no_text_do_anything(browser):
    page = browser.open(hostile)
    for fragment in ("#hosts", "#causes", "#controls", "#groups", "#not-audited", "#certificates"):
        page.go(fragment)
    page.go("#hosts")
    for index in range(page.run(ROWS)):
        page.run(f"document.querySelectorAll('#host-rows a')[{index}].click()")
        page.settle()
        shown = page.run("document.getElementById('host-name').textContent")
        want(shown == page.run(f"document.querySelectorAll('#host-rows a')[{index}].textContent"), f"row {index} opened {shown!r}")
    want(page.run("document.querySelectorAll('img, iframe, object, embed, base, video, audio, link').length") == 0, "an element came in")
    want(page.run("document.scripts.length") == 2, "a script came in")
    want(page.run("document.title").startswith("Remote Desktop audit"), "another title")
    want(page.complaints() == [], page.complaints())
    want(page.requests() == [], page.requests())


@check
def forbids_what_it_does_not_do(browser):
    page = browser.open(report)
    want(page.run("try { document.body.innerHTML = '<b>x</b>'; 'written' } catch (error) { error.name }") == "TypeError", "innerHTML")
    page.run("document.querySelector('h1').setAttribute('style', 'color: rgb(1, 2, 3)')")
    want(page.run("getComputedStyle(document.querySelector('h1')).color") != "rgb(1, 2, 3)", "a style attribute took hold")
    refused = page.run("fetch('https://example.invalid/').then(() => 'sent', error => error.name)")
    want(refused == "TypeError" and any("connect" in text.lower() or "security policy" in text.lower() for text in page.complaints()),
         page.complaints())


browser = None
for function in checks:
    wrong = ""
    try:
        if browser is None:
            browser = Browser().__enter__()
        browser.begin(60)
        function(browser)
    except (AssertionError, Failed) as error:
        wrong = str(error) or "failed"
    except Exception:
        wrong = traceback.format_exc()
    print(json.dumps({"check": function.__name__.replace("_", " "), "wrong": wrong}), flush=True)
    if wrong and browser is not None:
        # The next check shall not suffer from it.
        browser.__exit__()
        browser = None
if browser is not None:
    browser.__exit__()
