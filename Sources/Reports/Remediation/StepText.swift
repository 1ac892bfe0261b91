import HostFacts
import Policy

/// A step in words, as a script's lines and the plan say it.
struct StepText {
    let does: String
    let observed: String
    let wanted: String

    /// - Parameter summary: the action's, where a step has no better words.
    init(_ step: RemediationStep, summary: String) {
        switch step {
        case .registry(let step):
            does = summary
            observed = Self.shown(step.observed)
            wanted = Self.shown(step.wanted)
        case .service(let step):
            does = "Start the service \(step.service.rawValue)"
            let ran = step.wasRunning.map { $0 ? ", Running" : ", Stopped" } ?? ""
            observed = "start type \(step.observedStart.rawValue)\(ran)"
            wanted = "start type \(step.wantedStart.rawValue), Running"
        case .firewallRule(let step):
            does = "Switch \(step.isSwitchedOn ? "on" : "off") the firewall rule \(step.id)"
            observed = step.isSwitchedOn ? "off" : "on"
            wanted = step.isSwitchedOn ? "on" : "off"
        case .firewallGroup(let step):
            does = summary
            observed = "0 of \(step.members.count) rules on"
            wanted = "\(step.members.count) of \(step.members.count) rules on"
        case .keyFile(let step):
            does = summary
            observed = step.descriptor
            wanted = "readable for S-1-5-20"
        case .certificate(let step):
            does = summary
            observed = "\(step.thumbprint) there, and served"
            wanted = "deleted, and a new one in its place"
        }
    }

    /// A registry value as the script itself shows it.
    private static func shown(_ value: RegistryValue?) -> String {
        guard let value else { return "absent" }
        return switch value {
        case .dword(let number): "\(number) (DWord)"
        case .qword(let number): "\(number) (QWord)"
        case .string(let text): "'\(text)' (String)"
        case .expandString(let text): "'\(text)' (ExpandString)"
        case .multiString(let texts): texts.joined(separator: " | ") + " (MultiString)"
        case .binary(let bytes): hexadecimal(bytes) + " (Binary)"
        case .none(let bytes): hexadecimal(bytes) + " (None)"
        case .other(let kind, _): "a value of kind \(kind)"
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.prefix(40).map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: "-")
            + (bytes.count > 40 ? "..." : "")
    }
}
