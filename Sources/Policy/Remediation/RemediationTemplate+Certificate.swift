import HostFacts

extension RemediationTemplate {
    /// One file, by SID (no language), and back to the very descriptor that was seen. Never the folder, never all keys.
    func grantKeyFile(_ facts: HostFacts) -> RemediationAction {
        guard case .value(let name) = facts.machineKeys.servedKey.name,
            case .value(let folder) = facts.machineKeys.folder
        else { return manual("\(summary); which file it is could not be told") }
        guard case .value(let sddl) = facts.machineKeys.servedKey.descriptor,
            let descriptor = try? SecurityDescriptor(sddl: sddl)
        else {
            // Without the prior descriptor there is no way back: let Windows make a new key instead.
            return manual(
                "The key file's descriptor could not be read, so changing it could not be undone: renew the self-signed "
                    + "certificate instead, which brings a new key file")
        }
        let file = folder.path + "\\" + name
        // The programs below read their own command line: a quote in a path would end its argument.
        guard file.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0 != "\"" }), let list = descriptor.accessList
        else {
            return manual("\(summary) by hand: its path or descriptor fits no command")
        }
        let path = PowerShellText.literal(file)
        let sections = "[Security.AccessControl.AccessControlSections]::Access"
        let restore =
            "$file=\(path); $acl=New-Object Security.AccessControl.FileSecurity; "
            + "$acl.SetSecurityDescriptorSddlForm(\(PowerShellText.literal(sddl)),\(sections)); "
            + "if ($PSVersionTable.PSVersion.Major -ge 6) { Set-Acl -LiteralPath $file -AclObject $acl } "
            + "else { [IO.File]::SetAccessControl($file,$acl) }"
        let setOwner = Self.setOwner(descriptor.owner, of: path, sddl)
        // A refusal goes before every grant, so one that speaks of TermService's account must go.
        let refused = Set(
            list.entries.filter {
                $0.kind == .deny && !$0.isInheritOnly && SID.networkServiceToken.contains($0.trustee)
                    && !$0.rights.isDisjoint(with: .read)
            }.map(\.trustee.text)
        ).sorted()
        return RemediationAction(
            summary: summary, place: .host,
            steps: [
                .keyFile(
                    .init(
                        path: file, descriptor: sddl, refused: refused,
                        owner: descriptor.owner.flatMap { $0.text.hasPrefix("S-") ? $0.text : nil },
                        hasOwner: descriptor.owner != nil))
            ],
            guardCondition:
                "[IO.File]::Exists(\(path)) -and \(PowerShellText.literal(sddl)) -ceq (Get-Acl -Path \(path)).Sddl",
            apply: ["takeown.exe /f \(path) /a"]
                + refused.map { "icacls.exe \(path) /remove:d '*\($0)'" }
                + ["icacls.exe \(path) /grant '*S-1-5-18:F' '*S-1-5-20:R'"] + setOwner,
            verify: "icacls.exe \(path)", rollback: ["takeown.exe /f \(path) /a", restore] + setOwner,
            whyNoRollback: descriptor.owner == nil
                ? "the file's owner could not be read: it stays with the administrators" : nil,
            effect: effect, risk: risk)
    }

    /// Gives the file back to its owner. Two-letter aliases (`LA`) hang on the machine, which resolves them itself.
    private static func setOwner(_ owner: SID?, of path: String, _ sddl: String) -> [String] {
        guard let owner else { return [] }
        if owner.text.hasPrefix("S-") { return ["icacls.exe \(path) /setowner '*\(owner.text)'"] }
        return [
            "$owner=New-Object Security.AccessControl.FileSecurity; "
                + "$owner.SetSecurityDescriptorSddlForm(\(PowerShellText.literal(sddl)),"
                + "[Security.AccessControl.AccessControlSections]::Owner); "
                + "icacls.exe \(path) /setowner ('*'+$owner.GetOwner([Security.Principal.SecurityIdentifier]).Value)"
        ]
    }

    /// Only the certificate that Windows made for RDP, one thumbprint; the way back puts the store entry in again.
    func renewCertificate(_ facts: HostFacts) -> RemediationAction {
        guard case .value(let entry) = facts.servedCertificate.entry,
            case .value(.remoteDesktop) = facts.servedCertificate.store,
            case .value(.selfSigned) = facts.servedCertificate.binding
        else {
            return manual(
                "The served certificate is not the self-signed one: renew it at its authority and bind the new thumbprint"
            )
        }
        let commands = RegistryCommands(
            location: RegistryLocation(Keys.remoteDesktopStore + "\\" + entry.thumbprint, "Blob"),
            registry: facts.registry)
        let current = RegistryCommands(
            location: RegistryLocation(Keys.winStations, "SelfSignedCertificate"), registry: facts.registry)
        let restart = ["Restart-Service -Name SessionEnv -Force", "Restart-Service -Name TermService -Force"]
        // Without a way back there is no command.
        guard case .value(let blob) = commands.observed, case .commands(let restore) = commands.rollback(),
            case .commands(let name) = current.rollback()
        else { return manual("\(summary) by hand: what is there now could not be put back") }
        // What Windows made in between goes, unless it is the one that was there.
        let removeNew =
            "$made=[BitConverter]::ToString([byte[]]\(current.verify())).Replace('-',''); "
            + "if ($made -ne \(PowerShellText.literal(entry.thumbprint))) { \(Self.removeFromStore("$made")) }"
        // Windows makes the new certificate with the same key file: one that it cannot read is no better afterwards.
        var risk = risk
        if case .value(false) = facts.machineKeys.servedKey.networkServiceCanRead {
            risk = "mend the access to its key file first (CERT-004), or the new certificate fails like the old one"
        }
        return RemediationAction(
            summary: summary, place: .host,
            steps: [
                .certificate(
                    .init(
                        thumbprint: entry.thumbprint, entry: commands.location, blob: blob, current: current.location,
                        observedCurrent: current.observed.value))
            ],
            // The key is named by the certificate's SHA-1: that it is there says enough.
            guardCondition: "$null -ne \(commands.verify())",
            apply: [Self.removeFromStore(PowerShellText.literal(entry.thumbprint))] + restart,
            verify: current.verify(), rollback: [removeNew] + restore + name + restart,
            whyNoRollback:
                "Windows may make a new private key with the new certificate: the old one comes back, and its "
                + "key may be gone",
            effect: effect, risk: risk)
    }

    /// One certificate of the store Remote Desktop, by thumbprint.
    private static func removeFromStore(_ thumbprint: String) -> String {
        "$store=New-Object Security.Cryptography.X509Certificates.X509Store('Remote Desktop','LocalMachine'); "
            + "$store.Open([Security.Cryptography.X509Certificates.OpenFlags]'ReadWrite, OpenExistingOnly'); "
            + "$found=$store.Certificates.Find([Security.Cryptography.X509Certificates.X509FindType]::FindByThumbprint,"
            + "\(thumbprint),$false); $store.RemoveRange($found); $store.Close()"
    }
}
