import Drift
import HostFacts
import Policy

/// The frame of the table of hosts and of what is said of one; the script fills both.
extension HTMLReport {
    var hosts: HTML {
        let hasTrend = summary.trend.previous != nil
        func head(_ key: String, _ title: String, _ kind: String = "") -> HTML {
            "<th scope=\"col\" data-key=\"\(key)\" class=\"\(kind)\"><button type=\"button\">\(title)</button></th>\n"
        }
        let verdicts: [(String, String)] =
            [("broken", "Remote Desktop broken"), ("exposed", "exposed")]
            + HostJudgement.Verdict.allCases.map { ($0.rawValue, Self.words($0)) }
        let outcomes = [
            ("fail", "fail"), ("waived", "waived"), ("unknown", "unknown"), ("pass", "pass"), ("na", "not applicable"),
        ]
        let severities = Severity.allCases.reversed().map { ($0.rawValue, "an open \($0.rawValue) failure") }
        func select(_ id: String, _ label: String, _ all: String, _ options: [(String, String)] = []) -> HTML {
            """
            <label for="\(id)">\(label)<select id="\(id)"><option value="">\(all)</option>\
            \(options.map { "<option value=\"\($0.0)\">\($0.1)</option>" as HTML })</select></label>

            """
        }
        let filters = [
            select("f-group", "Group", "all groups"), select("f-verdict", "Verdict", "any verdict", verdicts),
            select("f-severity", "Severity", "any severity", severities),
            select("f-control", "Control", "any control"), select("f-outcome", "Outcome", "any outcome", outcomes),
            select("f-answer", "State", "any state"),
        ]
        let columns: [HTML] =
            [
                head("host", "Host"), "<th scope=\"col\" id=\"host-outcome\" hidden></th>\n",
                head("windows", "Windows", "extra"), head("answer", "State", "extra"), head("verdict", "Verdict"),
                head("rdp", "Remote Desktop"), head("failures", "Failures", "num"),
                head("worst", "By severity", "extra"), head("waived", "Waived", "extra num"),
                head("unknown", "Unknown", "extra num"),
            ] + (hasTrend ? [head("since", "Since", "extra")] : [])
        return Self.view(
            "hosts", "Hosts",
            """
            <noscript><p>The table of hosts is drawn by the script in this file, which does not run here. report.md and hosts.csv \
            hold the same hosts.</p></noscript>
            <div class="needs-script" hidden>
            <div class="split">
            <div class="list">
            <form class="filters" id="filters" role="search" aria-label="Hosts">
            <label for="f-text">Search<input id="f-text" type="search" autocomplete="off" spellcheck="false" \
            placeholder="name, address, site, Windows"></label>
            \(filters)<button type="button" id="clear">Clear filters</button>
            </form>
            <p id="cause-filter" hidden>Only hosts with the cause <b id="cause-title"></b> \
            <button type="button" id="drop-cause">Show all</button></p>
            <p id="unknown-host" hidden>This report knows no host of the name in the link.</p>
            <div class="above">
            <p id="count" role="status"></p>
            <div class="pager" id="pager" role="group" aria-label="Pages of the table">
            <button type="button" id="first">First</button><button type="button" id="previous">Previous</button>
            <span id="pages"></span>
            <button type="button" id="next">Next</button><button type="button" id="last">Last</button>
            </div>
            </div>
            <div class="rows">
            <table id="host-table" tabindex="-1" aria-label="Hosts, filtered and sorted">
            <thead>
            <tr aria-rowindex="1">
            \(columns)</tr>
            </thead>
            <tbody id="host-rows"></tbody>
            </table>
            </div>
            <p class="nothing" id="no-hosts" hidden>No host fits these filters.</p>
            </div>
            <section class="panel sheet" id="host-panel" aria-labelledby="host-name" hidden></section>
            </div>
            </div>

            """)
    }
}
