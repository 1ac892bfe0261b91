import Drift
import Formats
import FoundationEssentials
import HostFacts
package import Policy

/// `fleetaudit.prom`: the figures of the run for node_exporter's textfile collector (docs/prometheus.md).
///
/// Counts only: no host is named, so that the file may be read by the collector's user, and the number of series depends on
/// the baseline and the groups, not on the fleet. All series that a run can have are there, also those of value 0, so that
/// a rule sees a fall to zero; without a history, what needs one is missing.
package enum PrometheusReport {
    /// - Parameter exitCode: how the run ended; `nil` when it is rendered again later.
    package static func render<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, exitCode: Int? = nil,
        to emit: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        var text = PrometheusText()
        run(result, summary, exitCode, &text)
        hosts(summary, &text)
        failures(result, summary, &text)
        groups(summary, &text)
        rest(result, summary, &text)
        try emit(text.takeBytes())
    }

    private typealias Sample = PrometheusText.Sample

    private static func run(
        _ result: AuditResult, _ summary: FleetSummary, _ exitCode: Int?, _ text: inout PrometheusText
    ) {
        let baseline = result.baseline
        text.gauge(
            "fleetaudit_baseline_info", "The baseline that the fleet was judged by; always 1",
            [Sample([("name", baseline.name), ("version", baseline.version)], 1)])
        text.gauge(
            "fleetaudit_build_info", "The program that judged; always 1",
            [Sample([("version", result.programVersion)], 1)])
        text.gauge(
            "fleetaudit_run_timestamp_seconds", "When the run began, in Unix time",
            [Sample([], Int(result.started.timeIntervalSince1970))])
        text.gauge(
            "fleetaudit_judged_timestamp_seconds", "The moment that the fleet was judged at, in Unix time",
            [Sample([], Int(result.judgedAt.timeIntervalSince1970))])
        let end = result.hosts.map { $0.host.collected.addingTimeInterval(max($0.host.seconds, 0)) }.max()
        text.gauge(
            "fleetaudit_run_duration_seconds", "From the beginning of the run to the last answer",
            [Sample([], seconds: max(end?.timeIntervalSince(result.started) ?? 0, 0))])
        let isIncomplete = !summary.notAudited.isEmpty || !summary.partlyAudited.isEmpty
        text.gauge(
            "fleetaudit_incomplete", "1: a host gave no answer, or an answer is unknown",
            [Sample([], isIncomplete ? 1 : 0)])
        text.gauge(
            "fleetaudit_exit_code", "How the run ended: bit 1 failures at or above the threshold, bit 2 incomplete",
            exitCode.map { [Sample([], $0)] } ?? [])
    }

    private static func hosts(_ summary: FleetSummary, _ text: inout PrometheusText) {
        text.gauge(
            "fleetaudit_hosts", "Hosts of the selection by what became of asking them",
            HostState.allCases.map { Sample([("state", $0.rawValue)], summary.states[$0] ?? 0) })
        text.gauge(
            "fleetaudit_hosts_verdict", "Hosts by verdict",
            HostJudgement.Verdict.allCases.map { Sample([("verdict", $0.rawValue)], summary.verdicts[$0] ?? 0) })
        text.gauge("fleetaudit_hosts_judged", "Hosts that were judged, wholly or in part", [Sample([], summary.judged)])
        text.gauge(
            "fleetaudit_hosts_broken", "Judged hosts on which Remote Desktop does not work, or soon will not",
            [Sample([], summary.broken)])
        text.gauge(
            "fleetaudit_hosts_exposed", "Judged hosts that somebody who should not may reach or enter",
            [Sample([], summary.exposed)])
        text.gauge("fleetaudit_hosts_met", "Hosts that meet the baseline without a waiver", [Sample([], summary.met)])
        text.gauge(
            "fleetaudit_hosts_met_with_waivers", "Hosts that meet the baseline, with or without waivers",
            [Sample([], summary.metWithWaivers)])
        let coverage = summary.trend.coverage
        text.gauge(
            "fleetaudit_hosts_seen", "Hosts of the selection that answered this run or an earlier one in so many days",
            coverage.map {
                [Sample([("days", "1")], $0.day), Sample([("days", "7")], $0.week), Sample([("days", "30")], $0.month)]
            } ?? [])
    }

    private static func failures(_ result: AuditResult, _ summary: FleetSummary, _ text: inout PrometheusText) {
        func bySeverity(_ counts: [Severity: Int]) -> [Sample] {
            Severity.allCases.reversed().map { Sample([("severity", $0.rawValue)], counts[$0] ?? 0) }
        }
        text.gauge(
            "fleetaudit_open_failures", "Failures on judged hosts that no waiver covers",
            bySeverity(summary.openFailures)
        )
        text.gauge(
            "fleetaudit_waived_failures", "Failures that waivers in force cover", bySeverity(summary.waived))
        text.gauge(
            "fleetaudit_unknown_answers", "Answers that could not be told, on judged hosts",
            [Sample([], summary.unknowns)])
        var open: [String: Int] = [:]
        var unknown: [String: Int] = [:]
        for host in result.hosts where host.verdict != .notJudged {
            for finding in host.findings {
                if finding.outcome == .fail { open[finding.control.id, default: 0] += 1 }
                if finding.outcome == .unknown { unknown[finding.control.id, default: 0] += 1 }
            }
        }
        let controls = result.baseline.controls
        text.gauge(
            "fleetaudit_control_failures", "Hosts on which the control fails and no waiver covers it",
            controls.map {
                Sample([("control", $0.id), ("severity", $0.severity.rawValue)], open[$0.id] ?? 0)
            })
        text.gauge(
            "fleetaudit_control_unknown", "Hosts of which the control could not be told",
            controls.map { Sample([("control", $0.id)], unknown[$0.id] ?? 0) })
        guard summary.trend.previous != nil else { return }
        text.gauge(
            "fleetaudit_new_failures", "Failures that were not there in the run before",
            [Sample([], summary.newFailures)])
        text.gauge(
            "fleetaudit_fixed_failures", "Failures of the run before that are seen to be mended",
            [Sample([], summary.fixed)])
        text.gauge(
            "fleetaudit_invisible_failures", "Failures of the run before that this one could not look at",
            [Sample([], summary.noLongerVisible)])
    }

    private static func groups(_ summary: FleetSummary, _ text: inout PrometheusText) {
        // The whole has its own metrics; as a group, a sum over the groups would count it twice.
        let groups = summary.groups.dropLast()
        func gauge(_ name: String, _ help: String, _ value: (GroupSummary) -> Int) {
            text.gauge(name, help, groups.map { Sample([("group", $0.name)], value($0)) })
        }
        gauge("fleetaudit_group_hosts", "Hosts of the group; a host may be in several", \.hosts)
        gauge("fleetaudit_group_hosts_judged", "Hosts of the group that were judged", \.judged)
        gauge("fleetaudit_group_hosts_broken", "Hosts of the group on which Remote Desktop does not work", \.broken)
        gauge("fleetaudit_group_hosts_met", "Hosts of the group that meet the baseline without a waiver", \.met)
        gauge(
            "fleetaudit_group_hosts_met_with_waivers", "Hosts of the group that meet it, with or without waivers",
            \.metWithWaivers)
        gauge("fleetaudit_group_open_failures", "Failures on the group's hosts that no waiver covers", \.failures)
    }

    private static func rest(_ result: AuditResult, _ summary: FleetSummary, _ text: inout PrometheusText) {
        let calendar = summary.certificates
        text.gauge(
            "fleetaudit_certificates", "Hosts by when the certificate that they serve ends",
            CertificateCalendar.Span.allCases.map { Sample([("ends", $0.label)], calendar.counts[$0] ?? 0) }
                + [Sample([("ends", "unknown")], calendar.untold)])
        text.gauge(
            "fleetaudit_waivers", "Waivers of the run by their state",
            Waiver.State.allCases.map { state in
                Sample([("state", state.rawValue)], summary.waivers.count { $0.state == state })
            })
    }
}

extension CertificateCalendar.Span {
    /// A label's value, whose meaning is the time that is left and not reached by the bucket before.
    fileprivate var label: String {
        switch self {
        case .expired: "expired"
        case .week: "7d"
        case .month: "30d"
        case .quarter: "90d"
        case .later: "later"
        }
    }
}
