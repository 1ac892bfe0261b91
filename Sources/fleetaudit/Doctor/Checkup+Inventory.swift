import Collection
import Formats
import FoundationEssentials
import Inventory

extension Checkup {
    /// What an inventory says of its hosts.
    struct Fleet {
        var hosts = 0
        /// Some host is asked with NTLM.
        var needsNTLM = false
    }

    /// The inventory, the files that it names, and how hosts would be asked. No host is contacted.
    mutating func checkInventory(
        _ paths: [String], limit: String?, defaultUser: String?, environment: [String: String]
    ) async -> Fleet {
        guard !paths.isEmpty else {
            add(
                .inventory, .skipped, "inventory",
                "none was given (-i): its hosts, keys and passwords were not looked at")
            return Fleet()
        }
        do throws(Diagnostics) {
            let inventory = try InventoryLoader.load(paths)
            for warning in inventory.warnings { warn(.inventory, warning.file, warning.message, warning.help) }
            let files = Set(inventory.hosts.flatMap { $0.variables.values.map(\.file) }).union(paths).sorted()
            checkChangeable(files, .inventory, "files", meaning: "it says whom passwords are sent to")
            checkClearPasswords(inventory)
            var options = FleetPlan.Options()
            options.environment = environment
            options.defaultUser = defaultUser
            let plan = try await FleetPlan.make(selected(limit, inventory), options: options)
            for warning in plan.warnings { warn(.inventory, "known hosts", warning) }
            return check(plan)
        } catch {
            for problem in error.sorted.prefix(20) { fail(.inventory, problem.file, problem.message, problem.help) }
            if error.sorted.count > 20 { fail(.inventory, "files", "\(error.sorted.count - 20) more problems") }
            return Fleet()
        }
    }

    private mutating func selected(_ limit: String?, _ inventory: Inventory) -> [InventoryHost] {
        guard let limit else { return inventory.hosts }
        do throws(HostPatternError) {
            let hosts = try inventory.selected(HostPattern(limit))
            if hosts.isEmpty { fail(.inventory, "--limit", "'\(limit)' leaves no host of \(inventory.hosts.count)") }
            return hosts
        } catch {
            fail(.inventory, "--limit", error.message, error.help)
            return []
        }
    }

    private mutating func check(_ plan: FleetPlan) -> Fleet {
        var ways: [String: Int] = [:]
        var unusable: [(host: String, reason: String)] = []
        var unchecked: Set<String> = []
        var fleet = Fleet(hosts: plan.hosts.count)
        for host in plan.hosts {
            switch host.way {
            case .connect(let connecting):
                let method = connecting.authentication.map { " with \($0)" } ?? ""
                ways["\(connecting.transport)\(method)", default: 0] += 1
                unchecked.formUnion(connecting.unchecked)
                if connecting.authentication == "ntlm" { fleet.needsNTLM = true }
            case .unusable(let reason): unusable.append((host.name, reason))
            }
        }
        let told = ways.sorted { $0.key < $1.key }.map { "\($0.value) by \($0.key)" }.joined(separator: ", ")
        if !ways.isEmpty { ok(.inventory, "hosts", "\(told); key and password files can be used") }
        if let first = unusable.first {
            let more = unusable.count == 1 ? "" : ", and \(unusable.count - 1) more such hosts"
            add(
                .inventory, ways.isEmpty ? .fail : .warn, first.host, "it would be skipped: \(first.reason)\(more)",
                "fleetaudit hosts shows them all; --ask-password is not looked at here")
        }
        if !unchecked.isEmpty {
            warn(
                .inventory, "care", "the inventory leaves unchecked: \(unchecked.sorted().joined(separator: ", "))",
                "whoever stands in between can read and change what is said")
        }
        return fleet
    }

    /// Passwords that stand in a file of the inventory itself.
    private mutating func checkClearPasswords(_ inventory: Inventory) {
        var files: [String: String] = [:]
        for host in inventory.hosts {
            for (name, variable) in host.variables where name.contains("pass") && !name.hasSuffix("_file") {
                guard let text = variable.value.scalar, !text.contains("{{"), variable.value.tag != "!vault" else {
                    continue
                }
                files[variable.file] = name
            }
        }
        for (file, name) in files.sorted(by: { $0.key < $1.key }) {
            let isRead = FileOwnership(file).map(\.isReadableByOthers) ?? false
            let advice = "use fleetaudit_password_file or lookup('env', …) (fleetaudit help credentials)"
            if isRead {
                fail(
                    .inventory, file, "\(name) stands in it in clear, and others can read it",
                    "chmod 600 \(file), better: \(advice)")
            } else {
                warn(.inventory, file, "\(name) stands in it in clear", advice)
            }
        }
    }
}
