import Collection
import Console
import Formats
import FoundationEssentials
import Inventory
import Transport

/// Who is asked, and how: shared by every command that reads an inventory.
struct FleetOptions: ParameterSet {
    var inventories: [String] = []
    var limit: String?
    var user: String?
    var asksPassword = false

    static var parameters: ParameterList<FleetOptions> {
        Option(
            \.inventories, "-i", "--inventory", value: "path",
            help: "Ansible inventory: a YAML file, or a folder of them.",
            required: true, environment: "FLEETAUDIT_INVENTORY", completion: .files)
        Option(
            \.limit, "-l", "--limit", value: "pattern",
            help: "Only these hosts and groups: names and globs, joined by ':', with '&' and '!' as in Ansible.",
            environment: "FLEETAUDIT_LIMIT")
        Option(\.user, "-u", "--user", value: "name", help: "The account for hosts whose inventory names none.")
        Flag(\.asksPassword, "-k", "--ask-password", help: "Ask for the password of hosts whose inventory names none.")
    }

    /// The inventory, with its warnings told.
    func inventory(_ output: Output) throws -> Inventory {
        do throws(Diagnostics) {
            let inventory = try InventoryLoader.load(inventories)
            for warning in inventory.warnings { output.log.warning("\(warning)") }
            return inventory
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The hosts that `--limit` leaves.
    private func hosts(_ inventory: Inventory) throws -> [InventoryHost] {
        guard let limit else { return inventory.hosts }
        do throws(HostPatternError) {
            let hosts = try inventory.selected(HostPattern(limit))
            guard !hosts.isEmpty else {
                throw HostPatternError(message: "'\(limit)' leaves no host of \(inventory.hosts.count)")
            }
            return hosts
        } catch {
            throw CommandFailure("--limit: \(error.message)", help: error.help, .usage)
        }
    }

    /// How each of them is asked; no host is contacted.
    func plan(_ output: Output, _ schedule: ScheduleOptions? = nil) async throws -> FleetPlan {
        try await plan(inventory(output), output, schedule)
    }

    func plan(
        _ inventory: Inventory, _ output: Output, _ schedule: ScheduleOptions? = nil
    ) async throws -> FleetPlan {
        let hosts = try hosts(inventory)
        try schedule?.checkGroups(of: inventory)
        var options = FleetPlan.Options()
        options.environment = ProcessInfo.processInfo.environment
        options.defaultUser = user
        if asksPassword { options.promptedPassword = try PasswordPrompt.ask("Password: ") }
        do throws(Diagnostics) {
            let plan = try await FleetPlan.make(hosts, options: options)
            for warning in plan.warnings { output.log.warning("\(warning)") }
            return plan
        } catch {
            throw CommandFailure(error)
        }
    }
}

/// How fast and how patiently hosts are asked.
struct ScheduleOptions: ParameterSet {
    var concurrency = 100
    var groupLimits: [String] = []
    var retries = 1
    var maxRefusals = 2
    var connectTimeout = Duration.seconds(10)
    var hostTimeout = Duration.seconds(180)

    static var parameters: ParameterList<ScheduleOptions> {
        Option(\.concurrency, "-c", "--concurrency", in: 1...2000, help: "Hosts asked at the same time.")
        Option(
            \.groupLimits, "--group-limit", value: "group=n",
            help: "At most so many hosts of a group at the same time, for sites behind a thin line.")
        Option(
            \.retries, "--retries", in: 0...5,
            help: "Further attempts where the network failed; never after a refused sign-in.")
        Option(
            \.maxRefusals, "--max-refusals", in: 1...10,
            help: "Refused sign-ins after which an account that never succeeded is left alone.")
        Option(\.connectTimeout, "--connect-timeout", help: "How long a host may take to take the connection.")
        Option(\.hostTimeout, "--host-timeout", help: "How long one host may take in all.")
    }

    func validate() throws(UsageError) {
        _ = try limits()
        for (name, duration) in [("--connect-timeout", connectTimeout), ("--host-timeout", hostTimeout)]
        where duration <= .zero {
            throw UsageError("\(name): no host answers in \(duration.argument)")
        }
    }

    /// A limit on a group that nobody is in would limit nothing, in silence.
    func checkGroups(of inventory: Inventory) throws {
        for group in try limits().keys.sorted() where inventory.groups[group] == nil {
            throw CommandFailure(
                "--group-limit: no group is called '\(group)'",
                help: closest(to: group, among: inventory.groups.keys).map { "did you mean '\($0)'?" }, .usage)
        }
    }

    func limits() throws(UsageError) -> [String: Int] {
        var limits: [String: Int] = [:]
        for text in groupLimits {
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let number = Int(parts[1]), number > 0 else {
                throw UsageError("--group-limit: '\(text)' is not of the form group=n")
            }
            limits[String(parts[0])] = number
        }
        return limits
    }

    var schedule: FleetSchedule.Options {
        var options = FleetSchedule.Options()
        options.concurrency = concurrency
        options.groupLimits = (try? limits()) ?? [:]
        options.retries = retries
        options.deadlines.connect = connectTimeout
        options.deadlines.total = hostTimeout
        return options
    }
}
