/// Reads a document from its start to its end, one event at a time.
///
/// It refuses what SOAP forbids (document types, and processing instructions unless they are skipped), encodings other
/// than UTF-8, and everything that XML 1.0 or Namespaces in XML 1.0 call not well-formed; a document that ends too early
/// never looks finished.
/// Time and memory are linear in the document's size, within ``XML/Limits``.
package struct XMLReader: Sendable {
    private var scanner: XMLScanner
    private let limits: XML.Limits
    private let skipsInstructions: Bool
    private var open: [OpenElement] = []
    private var bindings = [Binding(prefix: "xml", uri: Self.xmlNamespace), Binding(prefix: "", uri: "")]
    private var endsAtOnce = false
    private var elements = 0

    private static let xmlNamespace = "http://www.w3.org/XML/1998/namespace"
    private static let xmlnsNamespace = "http://www.w3.org/2000/xmlns/"

    private struct OpenElement {
        var name: XMLName
        var rawName: Range<Int>
        var bindings: Int
    }

    private struct Binding {
        var prefix: String
        var uri: String
    }

    /// - Parameter skipsInstructions: go past processing instructions, as documents that are no SOAP may have them.
    package init(
        _ bytes: [UInt8], limits: XML.Limits = XML.Limits(), skipsInstructions: Bool = false
    ) throws(XMLError) {
        self.limits = limits
        self.skipsInstructions = skipsInstructions
        scanner = try XMLScanner(bytes, limits: limits)
        if scanner.sees("<?xml") { try declaration() }
    }

    /// Bytes from the start of the document to what comes next.
    package var offset: Int { scanner.at }

    /// Elements that are open here.
    package var depth: Int { open.count }

    package mutating func next() throws(XMLError) -> XMLEvent {
        if endsAtOnce {
            endsAtOnce = false
            return end()
        }
        while !scanner.isAtEnd {
            if !scanner.sees(UInt8(ascii: "<")) {
                if !open.isEmpty { return .text(try scanner.characterData()) }
                guard scanner.skipSpace() else { throw scanner.error("text outside of the root element") }
            } else if scanner.skip("<!--") {
                let comment = try scanner.take(until: "--", of: "a comment")
                guard scanner.skip(">") else { throw scanner.error("'--' in a comment", at: comment.upperBound) }
            } else if scanner.skip("<![CDATA[") {
                guard !open.isEmpty else { throw scanner.error("text outside of the root element") }
                return .text(try scanner.characterDataSection())
            } else if scanner.sees("<!") {
                throw scanner.error("a document type is not allowed")
            } else if scanner.sees("<?") {
                guard skipsInstructions else { throw scanner.error("a processing instruction is not allowed") }
                try skipInstruction()
            } else if scanner.skip("</") {
                return try endTag()
            } else {
                return try startTag()
            }
        }
        if let element = open.last { throw scanner.error("the document ends inside <\(element.name.local)>") }
        guard elements > 0 else { throw scanner.error("there is no element") }
        return .finished
    }

    // MARK: - Markup

    /// `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` (XML 1.0 section 2.8); order and presence as the
    /// standard has them, only UTF-8 and its subset ASCII.
    private mutating func declaration() throws(XMLError) {
        let start = scanner.at
        guard scanner.skip("<?xml"), scanner.skipSpace(), let version = try pseudoAttribute("version"),
            version.hasPrefix("1."), version.utf8.count > 2,
            version.utf8.dropFirst(2).allSatisfy({ (0x30...0x39).contains($0) })
        else { throw scanner.error("the XML declaration has no version", at: start) }
        var hasSpace = scanner.skipSpace()
        if hasSpace, let encoding = try pseudoAttribute("encoding") {
            guard ["utf-8", "us-ascii"].contains(encoding.lowercased()) else {
                throw scanner.error("the encoding is not UTF-8", at: start)
            }
            hasSpace = scanner.skipSpace()
        }
        if hasSpace, let standalone = try pseudoAttribute("standalone") {
            guard ["yes", "no"].contains(standalone) else {
                throw scanner.error("the XML declaration is not well-formed", at: start)
            }
            scanner.skipSpace()
        }
        guard scanner.skip("?>") else { throw scanner.unexpected("the XML declaration is not well-formed") }
    }

    /// XML 1.0 section 2.6: a target that is not `xml`, and anything up to `?>`.
    private mutating func skipInstruction() throws(XMLError) {
        let start = scanner.at
        scanner.at += 2
        let target = try scanner.qualifiedName(limit: limits.name)
        guard target.prefix == nil, scanner.text(target.local).lowercased() != "xml" else {
            throw scanner.error("an XML declaration stands elsewhere than at the start", at: start)
        }
        guard scanner.skipSpace() || scanner.sees("?>") else {
            throw scanner.unexpected("a processing instruction is not well-formed")
        }
        _ = try scanner.take(until: "?>", of: "a processing instruction")
    }

    private mutating func pseudoAttribute(_ name: StaticString) throws(XMLError) -> String? {
        guard scanner.skip(name) else { return nil }
        try equals()
        return try scanner.attributeValue()
    }

    private mutating func equals() throws(XMLError) {
        scanner.skipSpace()
        guard scanner.skip("=") else { throw scanner.unexpected("an attribute has no value") }
        scanner.skipSpace()
    }

    private mutating func endTag() throws(XMLError) -> XMLEvent {
        let start = scanner.at - 2
        let name = try scanner.qualifiedName(limit: limits.name)
        scanner.skipSpace()
        guard scanner.skip(">") else { throw scanner.unexpected("an end tag is not closed") }
        guard let element = open.last else { throw scanner.error("an end tag without a start tag", at: start) }
        guard scanner.bytes[element.rawName] == scanner.bytes[name.all] else {
            throw scanner.error("an end tag that does not match <\(element.name.local)>", at: start)
        }
        return end()
    }

    private mutating func end() -> XMLEvent {
        let element = open.removeLast()
        bindings.removeLast(element.bindings)
        return .end(element.name)
    }

    private mutating func startTag() throws(XMLError) -> XMLEvent {
        let start = scanner.at
        guard elements == 0 || !open.isEmpty else { throw scanner.error("a second root element") }
        guard open.count < limits.depth else { throw scanner.error("nested deeper than \(limits.depth) elements") }
        elements += 1
        guard elements <= limits.elements else { throw scanner.error("more than \(limits.elements) elements") }
        scanner.at += 1
        let rawName = try scanner.qualifiedName(limit: limits.name)
        let rawAttributes = try attributes()
        let before = bindings.count
        for attribute in rawAttributes { try declareNamespace(attribute, besides: bindings[before...]) }
        let name = try resolve(rawName, isAttribute: false)
        open.append(OpenElement(name: name, rawName: rawName.all, bindings: bindings.count - before))
        var attributes: [XMLAttribute] = []
        for attribute in rawAttributes where !isDeclaration(attribute) {
            let name = try resolve(attribute.name, isAttribute: true)
            guard !attributes.contains(where: { $0.name == name }) else {
                throw scanner.error("the attribute \(name.local) stands twice", at: start)
            }
            attributes.append(XMLAttribute(name, attribute.value))
        }
        return .start(name, attributes: attributes)
    }

    private struct RawAttribute {
        var name: XMLScanner.QualifiedName
        var value: String
    }

    /// Up to the end of the start tag.
    private mutating func attributes() throws(XMLError) -> [RawAttribute] {
        var attributes: [RawAttribute] = []
        while true {
            let hasSpace = scanner.skipSpace()
            if scanner.skip(">") { return attributes }
            if scanner.skip("/>") {
                endsAtOnce = true
                return attributes
            }
            guard hasSpace else { throw scanner.unexpected("a start tag is not closed") }
            guard attributes.count < limits.attributes else {
                throw scanner.error("more than \(limits.attributes) attributes")
            }
            let name = try scanner.qualifiedName(limit: limits.name)
            try equals()
            attributes.append(RawAttribute(name: name, value: try scanner.attributeValue()))
        }
    }

    // MARK: - Namespaces

    private func isDeclaration(_ attribute: RawAttribute) -> Bool {
        scanner.bytes[attribute.name.prefix ?? attribute.name.local].elementsEqual("xmlns".utf8)
    }

    /// Namespaces in XML 1.0 section 3 and its constraints.
    private mutating func declareNamespace(
        _ attribute: RawAttribute, besides others: ArraySlice<Binding>
    ) throws(XMLError) {
        guard isDeclaration(attribute) else { return }
        let prefix = attribute.name.prefix == nil ? "" : scanner.text(attribute.name.local)
        let uri = attribute.value, place = attribute.name.all.lowerBound
        guard prefix != "xmlns", uri != Self.xmlnsNamespace, (prefix == "xml") == (uri == Self.xmlNamespace) else {
            throw scanner.error("a reserved namespace is declared", at: place)
        }
        guard !others.contains(where: { $0.prefix == prefix }) else {
            throw scanner.error("a namespace prefix is declared twice", at: place)
        }
        guard !uri.isEmpty || prefix.isEmpty else { throw scanner.error("a prefix can't be undeclared", at: place) }
        guard bindings.count < limits.namespaces + 2 else {
            throw scanner.error("more than \(limits.namespaces) namespace declarations", at: place)
        }
        bindings.append(Binding(prefix: prefix, uri: uri))
    }

    private func resolve(_ name: XMLScanner.QualifiedName, isAttribute: Bool) throws(XMLError) -> XMLName {
        let local = scanner.text(name.local)
        guard let prefixRange = name.prefix else {
            return XMLName(local, in: isAttribute ? "" : uri(of: "") ?? "")
        }
        let prefix = scanner.text(prefixRange)
        guard let uri = uri(of: prefix) else {
            throw scanner.error("the prefix \(prefix) is not declared", at: name.all.lowerBound)
        }
        return XMLName(local, in: uri)
    }

    private func uri(of prefix: String) -> String? {
        bindings.last { $0.prefix == prefix }?.uri
    }
}
