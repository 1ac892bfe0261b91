import Console
import Testing

@testable import fleetaudit

@Suite struct CommandTests {
    @Test func `every command is declared without a mistake, and every example is a line that it takes`() {
        #expect(FleetAudit.commands.mistakes() == [])
    }
}
