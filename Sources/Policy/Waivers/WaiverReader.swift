import Formats
import FoundationEssentials
import Inventory

/// Reads one file of waivers.
struct WaiverReader {
    let file: String
    let controls: Set<String>
    let now: Date
    private(set) var diagnostics = Diagnostics()
    /// Every id of the file, also of waivers that are wrong otherwise.
    private(set) var ids: [YAMLNode] = []
    private var mostDays = Self.usualDays

    /// A waiver that lasts longer is told: what is accepted for good belongs into the baseline.
    static let usualDays = 366
    private static let mostWaivers = 10_000
    private static let mostCharacters = 2_000

    init(file: String, controls: Set<String>, now: Date) {
        self.file = file
        self.controls = controls
        self.now = now
    }

    mutating func read(_ root: YAMLNode) -> [Waiver] {
        var fields = FieldReader(root, file: file, what: "a file of waivers")
        let list = fields.value("waivers", isRequired: true)
        if let node = fields.value("max-days") {
            if let days = node.int, (1...36_525).contains(days) {
                mostDays = days
            } else {
                report(node, "P316", "'max-days' is a number of days from 1 to 36525")
            }
        }
        diagnostics.add(fields.finish())
        guard let list else { return [] }
        guard let items = list.sequence else {
            report(list, "P101", "'waivers' is a list, and this is \(list.kind)")
            return []
        }
        guard items.count <= Self.mostWaivers else {
            report(list, "P101", "there are more than \(Self.mostWaivers) waivers in this file")
            return []
        }
        return items.compactMap { readWaiver($0) }
    }

    private mutating func readWaiver(_ node: YAMLNode) -> Waiver? {
        var fields = FieldReader(node, file: file, what: "a waiver")
        let id = fields.text("id", isRequired: true)
        let idNode = node["id"] ?? node
        if id != nil { ids.append(idNode) }
        let controlNode = fields.value("controls", isRequired: true)
        let hostNode = fields.value("hosts", isRequired: true)
        let texts = ["reason", "owner", "ticket", "approver"].map { sentence($0, &fields) }
        let expiryNode = fields.value("expires")
        let grantNode = fields.value("granted")
        diagnostics.add(fields.finish())
        guard node.mapping != nil else { return nil }

        if let id, !Self.isID(id) {
            report(
                idNode, "P311", "'\(id)' is no id of a waiver", "ids look like WV-017: letters, digits, '.', '_', '-'")
        }
        let controls = controlNode.map { readControls($0) } ?? []
        let hosts = hostNode.flatMap { readHosts($0) }
        let expires = expiryNode.flatMap { day($0, "expires") }
        if expiryNode == nil {
            report(idNode, "P310", "a waiver needs an end date", "add `expires: 2027-03-31` (UTC, last day included)")
        }
        let granted = grantNode.flatMap { day($0, "granted") }
        if let granted, let expires, let grantNode, granted > expires {
            report(grantNode, "P315", "it is granted after its last day")
        }
        guard let id, Self.isID(id), !controls.isEmpty, let hosts, let expires, let reason = texts[0],
            let owner = texts[1], let ticket = texts[2], let approver = texts[3]
        else { return nil }
        if owner == approver, let place = node["approver"] {
            report(place, "P317", "the waiver \(id) is approved by its owner", isWarning: true)
        }
        let isTooLong = expires.timeIntervalSince(granted ?? now) > Double(mostDays) * 86_400
        if isTooLong, let expiryNode {
            report(
                expiryNode, "P316", "the waiver \(id) lasts longer than \(mostDays) days",
                "what is accepted for good belongs into the baseline, with its reason", isWarning: true)
        }
        return Waiver(
            id: id, controls: controls, hosts: hosts.text, matcher: hosts.matcher, reason: reason, owner: owner,
            ticket: ticket, approver: approver, granted: granted, expires: expires, isTooLong: isTooLong, file: file,
            position: idNode.position)
    }

    /// A required text that says something.
    private func sentence(_ key: String, _ fields: inout FieldReader) -> String? {
        guard let text = fields.text(key, isRequired: true), let node = fields.node[key] else { return nil }
        guard text.contains(where: { !$0.isWhitespace }) else {
            fields.report(node.diagnostic(file: file, code: "P103", "'\(key)' says nothing"))
            return nil
        }
        guard text.unicodeScalars.count <= Self.mostCharacters else {
            fields.report(
                node.diagnostic(file: file, code: "P103", "'\(key)' is longer than \(Self.mostCharacters) characters"))
            return nil
        }
        return text
    }

    private mutating func readControls(_ node: YAMLNode) -> [String] {
        var ids: [String] = []
        let items = node.sequence ?? [node]
        if items.isEmpty { report(node, "P312", "a waiver names at least one control") }
        for item in items {
            guard let id = item.string else {
                report(item, "P312", "an entry of 'controls' is a control id, and this is \(item.kind)")
                continue
            }
            if controls.contains(id) {
                if ids.contains(id) { report(item, "P312", "'\(id)' is named twice") } else { ids.append(id) }
            } else if id == "all" || id.contains(where: { $0 == "*" || $0 == "?" }) {
                report(item, "P312", "'\(id)' names no single control", "name each control that is waived")
            } else {
                report(
                    item, "P313", "there is no control '\(id)'",
                    closest(to: id, among: controls).map { "did you mean '\($0)'?" })
            }
        }
        return ids
    }

    private mutating func readHosts(_ node: YAMLNode) -> (text: String, matcher: HostMatcher)? {
        guard let text = node.string, text.unicodeScalars.count <= Self.mostCharacters else {
            let help = node.sequence == nil ? nil : "join names and groups by ':', as for --limit"
            report(node, "P314", "'hosts' is a pattern of hosts as --limit takes it", help)
            return nil
        }
        do throws(HostPatternError) {
            return (text, try HostMatcher(HostPattern(text)))
        } catch {
            report(node, "P314", "'hosts': \(error.message)", error.help)
            return nil
        }
    }

    private mutating func day(_ node: YAMLNode, _ key: String) -> Date? {
        let text = node.string ?? ""
        if let day = ISO8601.day(text) { return day }
        let hasTime = text.count > 10 && ISO8601.day(String(text.prefix(10))) != nil
        let problem =
            hasTime
            ? "'\(key)' is a day without a time and without a zone"
            : "'\(key)' is a day such as 2027-03-31, and this is none"
        report(
            node, "P315", problem,
            (hasTime ? "write \(text.prefix(10)); " : "") + "days are those of UTC, and the last one counts whole")
        return nil
    }

    private mutating func report(
        _ node: YAMLNode, _ code: String, _ message: String, _ help: String? = nil, isWarning: Bool = false
    ) {
        diagnostics.add(node.diagnostic(isWarning ? .warning : .error, file: file, code: code, message, help: help))
    }

    /// A word that stands whole in every report.
    private static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
