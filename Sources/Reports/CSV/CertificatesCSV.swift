import Formats
import FoundationEssentials
import HostFacts
package import Policy

/// `certificates.csv`: one row for each certificate of the stores that Remote Desktop serves from, and one for each host
/// whose stores are empty or could not be read. Columns keep their place; new ones come last.
package enum CertificatesCSV {
    package static let columns = [
        "host", "address", "group", "site", "role", "store", "thumbprint", "subject", "issuer", "not_before_utc",
        "not_after_utc", "days_left", "served", "self_signed", "made_for_rdp", "key", "status", "status_reason",
    ]

    /// - Parameter sink: gets the file piece by piece.
    package static func render<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, byteOrderMark: Bool = true,
        to sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let table = ReportTable(columns, byteOrderMark: byteOrderMark)
        try table.fill(result.hosts, to: sink) { judgement, writer in
            let host = judgement.host
            let hostCells = CSVWriter.Cells([
                .text(host.name), .text(host.address), .text(host.groups.joined(separator: " ")), .init(host.site),
                .init(host.role),
            ])
            let blank = Array(repeating: CSVWriter.Cell.empty, count: 11)
            func add(_ cells: [CSVWriter.Cell]) {
                writer.add(hostCells)
                for cell in cells { writer.add(cell) }
                writer.endRecord()
            }
            switch judgement.assets.certificates {
            case .value(let certificates) where certificates.isEmpty:
                add(blank + ["none", .empty])
            case .value(let certificates):
                for certificate in certificates { add(cells(certificate, at: result.judgedAt)) }
            case let missing: add(blank + ["not-read", .text(missing.whyMissing(on: host))])
            }
        }
    }

    private static func cells(_ certificate: HostAssets.Certificate, at now: Date) -> [CSVWriter.Cell] {
        let status = CertificateStatus(certificate, at: now)
        return [
            .text(certificate.store.rawValue), .text(certificate.thumbprint), .text(certificate.subject),
            .text(certificate.issuer), certificate.notBefore.map { .instant($0) } ?? .empty,
            certificate.notAfter.map { .instant($0) } ?? .empty, status.daysLeft.map { .init($0) } ?? .empty,
            .flag(certificate.isServed), .flag(certificate.isSelfIssued), .flag(certificate.isMadeForRemoteDesktop),
            .text(certificate.key), .text(status.word), .empty,
        ]
    }
}

extension Collected {
    /// Why a list of a host is missing, in words; the host's own trouble before ours.
    func whyMissing(on host: AuditedHost) -> String {
        host.state.isJudged ? whyMissing ?? "" : host.reason.isEmpty ? host.state.rawValue : host.reason
    }
}
