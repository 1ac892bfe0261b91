/// The registry keys that facts are read from, below HKEY_LOCAL_MACHINE.
package enum Keys {
    package static let currentVersion = #"SOFTWARE\Microsoft\Windows NT\CurrentVersion"#
    package static let productOptions = #"SYSTEM\CurrentControlSet\Control\ProductOptions"#
    package static let computerName = #"SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName"#
    package static let tcpip = #"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"#
    package static let cryptography = #"SOFTWARE\Microsoft\Cryptography"#
    package static let servicingRebootPending =
        #"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending"#
    package static let updateRebootRequired =
        #"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired"#
    package static let packages = #"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages"#

    package static let terminalServer = #"SYSTEM\CurrentControlSet\Control\Terminal Server"#
    package static let winStations = #"SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations"#
    package static let licensingCore = #"SYSTEM\CurrentControlSet\Control\Terminal Server\RCM\Licensing Core"#
    package static let terminalServicesPolicy = #"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services"#
    package static let terminalServicesClientPolicy =
        #"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services\Client"#

    package static let licenseServers = #"SYSTEM\CurrentControlSet\Services\TermService\Parameters\LicenseServers"#
    /// Only whether it is there: what it holds are licences.
    package static let clientLicenses = #"SOFTWARE\Microsoft\MSLicensing"#

    package static let credSSPParameters =
        #"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\CredSSP\Parameters"#
    package static let credentialsDelegation = #"SOFTWARE\Policies\Microsoft\Windows\CredentialsDelegation"#
    package static let systemPolicies = #"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System"#
    package static let lsa = #"SYSTEM\CurrentControlSet\Control\Lsa"#
    package static let msv1 = #"SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0"#
    package static let fipsPolicy = #"SYSTEM\CurrentControlSet\Control\Lsa\FIPSAlgorithmPolicy"#

    package static let remoteDesktopStore = #"SOFTWARE\Microsoft\SystemCertificates\Remote Desktop\Certificates"#
    package static let personalStore = #"SOFTWARE\Microsoft\SystemCertificates\MY\Certificates"#

    package static let disallowedStore = #"SOFTWARE\Microsoft\SystemCertificates\Disallowed\Certificates"#
    package static let disallowedPolicyStore =
        #"SOFTWARE\Policies\Microsoft\SystemCertificates\Disallowed\Certificates"#

    package static let diffieHellman =
        #"SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\KeyExchangeAlgorithms\Diffie-Hellman"#
    package static let rsaKeyExchange =
        #"SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\KeyExchangeAlgorithms\PKCS"#
    package static let schannelProtocols =
        #"SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols"#
    package static let cipherOrderPolicy =
        #"SOFTWARE\Policies\Microsoft\Cryptography\Configuration\SSL\00010002"#
    package static let cipherOrderLocal =
        #"SYSTEM\CurrentControlSet\Control\Cryptography\Configuration\Local\SSL\00010002"#

    package static let services = #"SYSTEM\CurrentControlSet\Services"#
    package static let firewall = #"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"#
    package static let firewallPolicy = #"SOFTWARE\Policies\Microsoft\WindowsFirewall"#

    package static let networkProfiles = #"SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList\Profiles"#
    package static let mdmPolicies = #"SOFTWARE\Microsoft\PolicyManager\current\device"#

    /// Keys above those with settings. Only whether they are there: a remediation that makes a key must know which of those
    /// above it are made with it, so that its way back takes away no more and no less.
    package static let aboveSettings = [
        #"SOFTWARE\Policies"#,
        #"SOFTWARE\Policies\Microsoft"#,
        #"SOFTWARE\Policies\Microsoft\Windows"#,
        #"SOFTWARE\Policies\Microsoft\Windows NT"#,
        #"SOFTWARE\Policies\Microsoft\Cryptography"#,
        #"SOFTWARE\Policies\Microsoft\Cryptography\Configuration"#,
        #"SOFTWARE\Policies\Microsoft\Cryptography\Configuration\SSL"#,
        #"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies"#,
        #"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\CredSSP"#,
        #"SYSTEM\CurrentControlSet\Control\Terminal Server\RCM"#,
        #"SYSTEM\CurrentControlSet\Control\SecurityProviders"#,
        #"SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL"#,
        #"SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\KeyExchangeAlgorithms"#,
        #"SYSTEM\CurrentControlSet\Services\SharedAccess"#,
        #"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters"#,
        #"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"#,
    ]

    /// Keys that every Windows has.
    private static let everywhere: Set<String> = [
        #"software"#, #"system\currentcontrolset\control"#, #"system\currentcontrolset\services"#,
        #"software\microsoft\windows\currentversion"#,
    ]

    /// Every Windows has this key, so that nobody need ask for it.
    package static func isEverywhere(_ key: String) -> Bool { everywhere.contains(key.lowercased()) }
}
