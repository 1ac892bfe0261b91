import HostFacts
import Testing

@Suite struct FactKinshipTests {
    @Test(
        arguments: [
            // What it is made from, and what one rule makes beside it.
            ("certificates.bound.notAfter", ["certificates.bound.thumbprint", "certificates.bound.subject"]),
            ("machineKeys.rdpKey.networkServiceCanRead", ["machineKeys.rdpKey.sddl"]),
            ("firewall.rdp.decidedBy.domain", ["firewall.rdp.reachable.domain", "firewall.rdp.blockedBy.domain"]),
        ])
    func `facts of one thing are kin`(_ path: String, _ kin: [String]) {
        let found = FactKinship.kin(of: path)
        for relative in kin { #expect(found.contains(relative), "\(relative) in \(found)") }
        #expect(Set(found).count == found.count && !found.contains(path))
    }

    @Test func `profiles of the firewall and settings stand for themselves`() {
        #expect(!FactKinship.kin(of: "firewall.rdp.decidedBy.domain").contains("firewall.rdp.decidedBy.public"))
        #expect(FactKinship.kin(of: "rdp.listener.userAuthentication.effective").isEmpty)
        #expect(FactKinship.kin(of: "no.such.fact").isEmpty)
    }

    @Test func `every relative is a fact`() {
        for fact in FactDictionary.all {
            for relative in FactKinship.kin(of: fact.path) {
                #expect(FactDictionary[relative] != nil, "\(fact.path): \(relative)")
            }
        }
    }
}
