package import Formats
package import FoundationEssentials
import Inventory

/// A failure that somebody has accepted: which controls, on which hosts, why, by whom, until when.
///
/// A reference: the findings of a large fleet share few of them.
package final class Waiver: Sendable {
    /// `WV-017`, one in the whole register.
    package let id: String
    /// Ids of controls, each once.
    package let controls: [String]
    /// The pattern as it was written.
    package let hosts: String
    package let reason: String
    package let owner: String
    package let ticket: String
    package let approver: String
    /// The first moment at which it is in force; `nil`: it always was.
    package let granted: Date?
    /// The beginning of the last day on which it is in force, UTC.
    package let expires: Date
    /// It was granted for longer than its register allows.
    package let isTooLong: Bool
    package let file: String
    package let position: SourcePosition
    let matcher: HostMatcher

    init(
        id: String, controls: [String], hosts: String, matcher: HostMatcher, reason: String, owner: String,
        ticket: String, approver: String, granted: Date?, expires: Date, isTooLong: Bool, file: String,
        position: SourcePosition
    ) {
        self.id = id
        self.controls = controls
        self.hosts = hosts
        self.matcher = matcher
        self.reason = reason
        self.owner = owner
        self.ticket = ticket
        self.approver = approver
        self.granted = granted
        self.expires = expires
        self.isTooLong = isTooLong
        self.file = file
        self.position = position
    }

    /// As it was kept somewhere; `nil` when `hosts` is no pattern that a waiver may have.
    package convenience init?(
        id: String, controls: [String], hosts: String, reason: String, owner: String, ticket: String,
        approver: String, granted: Date?, expires: Date, isTooLong: Bool, file: String, position: SourcePosition
    ) {
        guard let matcher = try? HostMatcher(HostPattern(hosts)) else { return nil }
        self.init(
            id: id, controls: controls, hosts: hosts, matcher: matcher, reason: reason, owner: owner, ticket: ticket,
            approver: approver, granted: granted, expires: expires, isTooLong: isTooLong, file: file,
            position: position)
    }

    package enum State: String, Sendable, Hashable, CaseIterable {
        case inForce = "in-force"
        case expired
        /// Granted for a day to come.
        case notYet = "not-yet"
    }

    package func state(at now: Date) -> State {
        if let granted, now < granted { return .notYet }
        return now < end ? .inForce : .expired
    }

    /// The first moment after it: the expiry is a day in UTC, and that day belongs to it.
    package var end: Date { expires.addingTimeInterval(86_400) }

    /// `2027-03-31`
    package var lastDay: String { String(ISO8601.text(expires).prefix(10)) }
}
