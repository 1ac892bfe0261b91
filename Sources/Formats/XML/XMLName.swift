/// A name with the namespace that its prefix stood for; the prefix itself means nothing and is not kept.
package struct XMLName: Sendable, Hashable, CustomStringConvertible {
    /// The namespace's URI; empty for a name in none.
    package var namespace: String
    package var local: String

    package init(_ local: String, in namespace: String = "") {
        self.namespace = namespace
        self.local = local
    }

    /// James Clark's form: `{namespace}local`.
    package var description: String { namespace.isEmpty ? local : "{\(namespace)}\(local)" }
}

package struct XMLAttribute: Sendable, Hashable {
    package var name: XMLName
    package var value: String

    package init(_ name: XMLName, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What stands in a document, one after the other.
package enum XMLEvent: Sendable, Hashable {
    case start(XMLName, attributes: [XMLAttribute])
    /// Text with its references resolved and line ends made LF. The text of one element can come in several pieces.
    case text(String)
    case end(XMLName)
    /// The document is complete. Comes once; nothing comes after it.
    case finished
}
