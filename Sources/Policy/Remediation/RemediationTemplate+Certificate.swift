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
        let path = PowerShellText.literal(folder.path + "\\" + name)
        let sections = "[Security.AccessControl.AccessControlSections]::Access"
        let observed = PowerShellText.literal(sddl)
        let restore =
            "$file=\(path); $acl=New-Object Security.AccessControl.FileSecurity; "
            + "$acl.SetSecurityDescriptorSddlForm(\(observed),\(sections)); "
            + "if ($PSVersionTable.PSVersion.Major -ge 6) { Set-Acl -LiteralPath $file -AclObject $acl } "
            + "else { [IO.File]::SetAccessControl($file,$acl) }"
        var rollback = ["takeown.exe /f \(path) /a", restore]
        if let owner = descriptor.owner { rollback.append("icacls.exe \(path) /setowner '*\(owner.text)'") }
        return RemediationAction(
            summary: summary, place: .host,
            guardCondition: "[IO.File]::Exists(\(path))",
            apply: [
                "takeown.exe /f \(path) /a",
                "icacls.exe \(path) /grant '*S-1-5-18:F' '*S-1-5-20:R'",
                "icacls.exe \(path) /setowner '*S-1-5-18'",
            ],
            verify: "icacls.exe \(path)", rollback: rollback, effect: effect, risk: risk)
    }

    /// Only the certificate that Windows made for RDP, one thumbprint; the way back puts the store entry in again.
    func renewCertificate(_ facts: HostFacts) -> RemediationAction {
        guard case .value(let entry) = facts.servedCertificate.entry,
            case .value(.remoteDesktop) = facts.servedCertificate.store,
            case .value(.selfSigned) = facts.servedCertificate.binding
        else {
            return manual(
                "The served certificate is not the self-signed one: renew it at its authority and bind the new thumbprint")
        }
        let location = RegistryLocation(Keys.remoteDesktopStore + "\\" + entry.thumbprint, "Blob")
        let commands = RegistryCommands(location: location, registry: facts.registry)
        let open =
            "$store=New-Object Security.Cryptography.X509Certificates.X509Store('Remote Desktop','LocalMachine'); "
            + "$store.Open([Security.Cryptography.X509Certificates.OpenFlags]::ReadWrite); "
        let find =
            "$found=$store.Certificates.Find([Security.Cryptography.X509Certificates.X509FindType]::FindByThumbprint,"
            + "\(PowerShellText.literal(entry.thumbprint)),$false); "
        let restart = ["Restart-Service -Name SessionEnv -Force", "Restart-Service -Name TermService -Force"]
        let (restore, why) = commands.rollback()
        return RemediationAction(
            summary: summary, place: .host,
            guardCondition: "$null -ne \(commands.verify())",
            apply: [open + find + "$store.RemoveRange($found); $store.Close()"] + restart,
            verify:
                "[Microsoft.Win32.Registry]::GetValue('HKEY_LOCAL_MACHINE\\\(Keys.winStations)','SelfSignedCertificate',$null)",
            rollback: restore.isEmpty ? [] : restore + restart, whyNoRollback: why, effect: effect, risk: risk)
    }
}
