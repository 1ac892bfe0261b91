import Formats
import HostFacts
import Lab
import TestSupport
import Testing

@Suite struct RealMachineTests {
    @Test func `the registry of Windows 7 in the lab gives the facts that stand in it`() throws {
        let facts = try RealMachine.facts(.file("windows-hosts/win7-x86-lab.json"))
        #expect(facts.windows.value?.name == "Windows 7 SP1")
        #expect(facts.windows.value?.version == BuildVersion(6, 1, 7601))
        #expect(facts.remoteDesktop.isEnabled.effective == .value(true))
        let listener = try #require(facts.remoteDesktop.listener.value)
        #expect(listener.name == "RDP-Tcp")
        #expect(listener.securityLayer.effective == .value(1))
        #expect(listener.userAuthentication.effective == .value(0))
        #expect(listener.port.effective == .value(3389))
        #expect(listener.boundThumbprint == .absent)
        #expect(facts.servedCertificate.binding == .value(.selfSigned))
        #expect(facts.servedCertificate.thumbprint == .value("3349EFE1B964207CA08F1DBB2A091650F6790155"))
        let entry = try #require(facts.servedCertificate.entry.value)
        #expect(entry.isMadeForRemoteDesktop && entry.hasMatchingThumbprint)
        #expect(entry.keyProvider?.container == "TSSecKeySet1")
        #expect(
            facts.machineKeys.servedKey.name
                == .value("f686aace6942fb7f7ceb231212eef4a4_61841625-24c4-495b-9080-eccd903b9e6f"))
        for fact in FactDictionary.all { print(fact.path, fact.read(facts)) }
    }
}
