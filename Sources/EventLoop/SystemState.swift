import CEventLoop
import Glibc

/// What the system says about this process and its clock.
package enum SystemState {
    /// Lets this process have as many descriptors as it may: the usual limit of 1,024 is for programs that ask no fleets.
    package static func raiseDescriptorLimit() { _ = loop_raise_descriptor_limit() }

    /// How many descriptors this process may have at once.
    package static var descriptorLimit: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        return Int(clamping: limit.rlim_cur)
    }

    /// Whether something keeps the clock right (NTP); `nil` where the kernel does not say.
    package static var isClockSynchronised: Bool? {
        switch loop_clock_is_synchronised() {
        case 0: false
        case 1: true
        default: nil
        }
    }
}
