/// Who a host says it is: what tells two names of one machine, and a clone, from two machines.
package struct HostIdentity: Sendable {
    package let computerName: Collected<String>
    /// The DNS domain that the machine has joined or is configured with; empty text when none.
    package let domain: Collected<String>
    /// `HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid`
    package let machineGuid: Collected<String>
    /// The SID of the machine's own account domain. Domain controllers of one domain share it.
    package let machineSID: Collected<SID>

    package init(registry: RegistryReading, machineSID: Collected<SID>) {
        computerName = registry.text(Keys.computerName, "ComputerName")
        domain = registry.text(Keys.tcpip, "Domain")
        machineGuid = registry.text(Keys.cryptography, "MachineGuid")
        self.machineSID = machineSID
    }
}
