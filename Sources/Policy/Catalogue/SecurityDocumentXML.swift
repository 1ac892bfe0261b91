import Formats

/// Reads the XML form: CVRF 1.1 of ICASI with Microsoft's own elements SubType, FixedBuild and Supercedence.
///
/// A pull over the document's events: nothing stands in memory but the document, the element at hand and the result.
struct SecurityDocumentXML {
    private var builder = SecurityDocumentBuilder()
    private var places: [Place] = []
    private var text = ""
    private var product = ""
    private var cve = ""
    private var title = ""
    private var remedies: [SecurityDocumentBuilder.Remedy] = []

    /// What an element is by its name and by where it stands.
    private enum Place {
        case document
        case tracking, identification, id, currentReleaseDate, initialReleaseDate
        case productTree, productName
        case vulnerability, title, cve, remediations, remediation
        case description, subType, fixedBuild, supercedence, productID
        /// Anything else, whatever its namespace, and all that is in it.
        case other

        /// Notes are most of a document, and nobody wants their text.
        var hasText: Bool {
            switch self {
            case .id, .currentReleaseDate, .initialReleaseDate, .productName, .title, .cve, .description, .subType,
                .fixedBuild, .supercedence, .productID:
                true
            default: false
            }
        }
    }

    private static let namespace = (
        cvrf: "http://www.icasi.org/CVRF/schema/cvrf/1.1", prod: "http://www.icasi.org/CVRF/schema/prod/1.1",
        vuln: "http://www.icasi.org/CVRF/schema/vuln/1.1"
    )

    static func read(_ bytes: [UInt8]) throws(SecurityDocument.ReadError) -> SecurityDocument {
        var document = SecurityDocumentXML()
        do throws(XMLError) { try document.read(bytes) } catch {
            throw .init("\(error)", help: "is it whole? Load it again")
        }
        return try document.builder.finish()
    }

    private mutating func read(_ bytes: [UInt8]) throws(XMLError) {
        var reader = try XMLReader(
            bytes, limits: XML.Limits(bytes: SecurityDocument.limit, elements: 2_000_000), skipsInstructions: true)
        while true {
            switch try reader.next() {
            case .start(let name, let attributes):
                let place = Self.place(of: name, in: places.last)
                guard !places.isEmpty || place == .document else {
                    throw XMLError(
                        offset: 0, message: "this is no CVRF 1.1 document but one of \(VisibleText.shown("\(name)")),")
                }
                places.append(place)
                start(place, attributes)
            case .text(let piece): if places.last?.hasText == true { text += piece }
            case .end: if let place = places.popLast() { end(place) }
            case .finished: return
            }
        }
    }

    private static func place(of name: XMLName, in parent: Place?) -> Place {
        switch parent {
        case nil: name == XMLName("cvrfdoc", in: namespace.cvrf) ? .document : .other
        case .document?:
            switch (name.local, name.namespace) {
            case ("DocumentTracking", namespace.cvrf): .tracking
            case ("ProductTree", namespace.prod): .productTree
            case ("Vulnerability", namespace.vuln): .vulnerability
            default: .other
            }
        case .tracking? where name.namespace == namespace.cvrf:
            switch name.local {
            case "Identification": .identification
            case "CurrentReleaseDate": .currentReleaseDate
            case "InitialReleaseDate": .initialReleaseDate
            default: .other
            }
        case .identification? where name == XMLName("ID", in: namespace.cvrf): .id
        case .productTree? where name.namespace == namespace.prod:
            switch name.local {
            case "Branch": .productTree
            case "FullProductName": .productName
            default: .other
            }
        case .vulnerability? where name.namespace == namespace.vuln:
            switch name.local {
            case "Title": .title
            case "CVE": .cve
            case "Remediations": .remediations
            default: .other
            }
        case .remediations? where name == XMLName("Remediation", in: namespace.vuln): .remediation
        case .remediation? where name.namespace == namespace.vuln:
            switch name.local {
            case "Description": .description
            case "SubType": .subType
            case "FixedBuild": .fixedBuild
            case "Supercedence": .supercedence
            case "ProductID": .productID
            default: .other
            }
        default: .other
        }
    }

    private mutating func start(_ place: Place, _ attributes: [XMLAttribute]) {
        text = ""
        switch place {
        case .vulnerability:
            (cve, title) = ("", "")
            remedies = []
        case .remediation:
            var remedy = SecurityDocumentBuilder.Remedy()
            remedy.isVendorFix = attributes.contains { $0.name.local == "Type" && $0.value == "Vendor Fix" }
            remedies.append(remedy)
        case .productName: product = attributes.first { $0.name.local == "ProductID" }?.value ?? ""
        default: break
        }
    }

    private mutating func end(_ place: Place) {
        switch place {
        case .id: builder.id = text
        case .currentReleaseDate: builder.revised = text
        case .initialReleaseDate: builder.released = text
        case .productName: if !product.isEmpty { builder.products[product] = text }
        case .title: title = text
        case .cve: cve = text
        case .vulnerability: builder.add(remedies, cve: cve, title: title)
        case .description: remedy { $0.description = $1 }
        case .subType: remedy { $0.subType = $1 }
        case .fixedBuild: remedy { $0.fixedBuild = $1 }
        case .supercedence: remedy { $0.supersedence = $1 }
        case .productID: remedy { $0.products.append($1) }
        case .document, .tracking, .identification, .productTree, .remediations, .remediation, .other: break
        }
    }

    private mutating func remedy(_ change: (inout SecurityDocumentBuilder.Remedy, String) -> Void) {
        guard !remedies.isEmpty else { return }
        change(&remedies[remedies.count - 1], text)
    }
}
