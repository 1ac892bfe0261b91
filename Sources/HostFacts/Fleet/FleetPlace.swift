/// What a host shares with others of its fleet, by their names in the inventory.
///
/// Not a host's own word: it comes from all hosts that were asked in the same run, and says nothing of hosts whose
/// identity could not be read.
package struct FleetPlace: Sendable, Hashable {
    /// Other names of this very machine.
    package let sameMachine: Collected<[String]>
    /// Other machines with this MachineGuid: clones of one image that was not generalised.
    package let sharedMachineGuid: Collected<[String]>
    /// Other machines with this machine SID. Credentials fail between them since the updates of August 2025 (LsaSrv
    /// 6167, KB5068222). Domain controllers of one domain share theirs rightfully and are not named.
    package let sharedMachineSID: Collected<[String]>
    /// Other machines whose listener is set to serve the same certificate.
    package let sharedCertificate: Collected<[String]>
}
