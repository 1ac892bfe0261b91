import Foundation
import History
import HistoryFixtures
import Policy

/// Records one made-up run after the other until it is killed, and says when each one is committed.
///
///     HistoryPeer DATABASE HOSTS
@main enum HistoryPeer {
    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let hosts = Int(arguments[2]) else { exit(64) }
        do {
            let database = try HistoryDatabase(arguments[1], for: .writing)
            let fleet = MadeUpFleet(hosts: hosts)
            // Runs are named by their numbers; earlier ones may have been pruned.
            let last = try await database.runs().last
            var number = last.flatMap { Int($0.name.dropFirst(4)) }.map { $0 + 1 } ?? 0
            while true {
                let run = fleet.run(number) { host, control in outcome(host, control, number) }
                try await database.begin(run.run)
                try await database.commit(run)
                number += 1
                print("committed \(number)")
                fflush(nil)
            }
        } catch {
            print("failed: \(error)")
            fflush(nil)
            exit(1)
        }
    }

    /// Something changes every night.
    private static func outcome(_ host: Int, _ control: Int, _ number: Int) -> Finding.Outcome? {
        if (host + number) % 11 == 0 { return nil }
        return Finding.Outcome.allCases[(host * 7 + control * 3 + number / 2) % 5]
    }
}
