import Formats
import HostFacts
import HostFixtures
import Lab

/// A host of a given build, as the catalogue sees it.
struct BuildHost {
    private var host: RecordedHost

    init() throws { host = try ControlFixtures.template("server") }

    var facts: HostFacts { ControlCase.facts(host) }

    /// Windows 10 or later; `revision` is its UBR.
    static func modern(_ build: UInt32, _ revision: UInt32?, _ type: String = "Server") throws -> HostFacts {
        var fixture = try BuildHost()
        fixture.set("CurrentBuildNumber", .string("\(build)"))
        fixture.set("CurrentBuild", .string("\(build)"))
        fixture.set("InstallationType", .string(type))
        if let revision {
            fixture.set("UBR", .dword(revision))
        } else {
            fixture.host.registry.remove(RegistryLocation(Keys.currentVersion, "UBR"))
        }
        return fixture.facts
    }

    /// A Server 2019 that waits for a restart.
    static func waiting(_ revision: UInt32) throws -> HostFacts {
        var fixture = try BuildHost()
        fixture.set("UBR", .dword(revision))
        fixture.host.registry.set(RegistryLocation(Keys.servicingRebootPending, ""), .dword(1))
        return fixture.facts
    }

    /// Before Windows 10: version as `6.1`, packages with their states, and what TSpkg.dll says.
    static func old(
        _ version: String, _ build: UInt32, packages: [String: UInt32] = [:], tspkg: BuildVersion? = nil
    ) throws -> HostFacts {
        var fixture = try BuildHost()
        fixture.set("CurrentBuildNumber", .string("\(build)"))
        fixture.set("CurrentBuild", .string("\(build)"))
        fixture.set("CurrentVersion", .string(version))
        for name in ["CurrentMajorVersionNumber", "CurrentMinorVersionNumber", "UBR"] {
            fixture.host.registry.remove(RegistryLocation(Keys.currentVersion, name))
        }
        for (name, state) in packages {
            fixture.host.registry.set(
                RegistryLocation(
                    #"\#(Keys.packages)\Package_for_\#(name)~31bf3856ad364e35~amd64~~6.1.1.0"#, "CurrentState"),
                .dword(state))
        }
        if let tspkg {
            fixture.host.setItem(
                .credssp, "tspkg",
                [JSON(tspkg.major), JSON(tspkg.minor), JSON(tspkg.build), JSON(tspkg.revision ?? 0)])
        } else {
            fixture.host.setItem(.credssp, "tspkg", ["error": "80070005 System.UnauthorizedAccessException"])
        }
        return fixture.facts
    }

    private mutating func set(_ name: String, _ value: RegistryValue) {
        host.registry.set(RegistryLocation(Keys.currentVersion, name), value)
    }
}
