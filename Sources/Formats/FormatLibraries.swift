import CYAML
import CZlib

/// The libraries of this room as they run here.
package enum FormatLibraries {
    /// `1.2.13`
    package static var zlib: String { String(cString: zlibVersion()) }
    /// `0.2.5`
    package static var yaml: String { String(cString: yaml_get_version_string()) }
}
