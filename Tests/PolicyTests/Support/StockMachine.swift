import Formats
import Lab
import TestSupport

/// The real machines of `Tests/Fixtures/windows-hosts`.
enum StockMachine {
    static func host(_ file: String) throws -> RecordedHost {
        RecordedHost(registry: try RegistryImage(extract: try JSON.parse(Fixture.file("windows-hosts/" + file).bytes)))
    }
}
