import Formats

/// Reads the JSON form, as the CVRF API of the MSRC answers: the same document with other clothes. Version 2 numbers the
/// types of remedies, version 3 names them.
enum SecurityDocumentJSON {
    static func read(_ bytes: [UInt8]) throws(SecurityDocument.ReadError) -> SecurityDocument {
        let root: JSON
        do throws(JSONError) { root = try JSON.parse(bytes, limits: JSON.Limits(bytes: SecurityDocument.limit)) } catch
        {
            throw .init("\(error)", help: "is it whole? Load it again")
        }
        guard let tracking = root["DocumentTracking"], root["DocumentTitle"] != nil else {
            throw .init(
                "this is no CVRF document",
                help: "it has no DocumentTitle and DocumentTracking; CSAF files of single CVEs are not read")
        }
        var builder = SecurityDocumentBuilder()
        builder.id = text(tracking["Identification"]?["ID"])
        builder.revised = text(tracking["CurrentReleaseDate"])
        builder.released = text(tracking["InitialReleaseDate"])
        for product in root["ProductTree"]?["FullProductName"]?.array ?? [] {
            let id = text(product["ProductID"])
            if !id.isEmpty { builder.products[id] = text(product["Value"]) }
        }
        for vulnerability in root["Vulnerability"]?.array ?? [] {
            let remedies = (vulnerability["Remediations"]?.array ?? []).map(remedy)
            builder.add(remedies, cve: text(vulnerability["CVE"]), title: text(vulnerability["Title"]))
        }
        return try builder.finish()
    }

    private static func remedy(_ json: JSON) -> SecurityDocumentBuilder.Remedy {
        var remedy = SecurityDocumentBuilder.Remedy()
        remedy.isVendorFix =
            switch json["Type"] {
            case .int(2)?, .string("VendorFix")?, .string("Vendor Fix")?: true
            default: false
            }
        remedy.description = text(json["Description"])
        remedy.subType = text(json["SubType"])
        remedy.fixedBuild = text(json["FixedBuild"])
        remedy.supersedence = text(json["Supercedence"])
        remedy.products = (json["ProductID"]?.array ?? []).map(text)
        return remedy
    }

    /// A text, or the one in `{"Value": …}`; whole numbers count as their digits, everything else as nothing.
    private static func text(_ json: JSON?) -> String {
        let inner: JSON? = if case .object? = json { json?["Value"] } else { json }
        return switch inner {
        case .string(let text)?: text
        case .int(let number)?: "\(number)"
        default: ""
        }
    }
}
