/// One element with all that is in it, for documents that are small enough to stand in memory.
///
/// Text and elements that are mixed lose their order among each other: right for messages, wrong for prose.
package struct XMLNode: Sendable, Hashable {
    package var name: XMLName
    package var attributes: [XMLAttribute]
    package var children: [XMLNode] = []
    /// The element's own text, all pieces joined, not that of its children.
    package var text = ""

    package init(_ name: XMLName, attributes: [XMLAttribute] = []) {
        self.name = name
        self.attributes = attributes
    }

    /// The root element of a document.
    package static func parse(_ bytes: [UInt8], limits: XML.Limits = XML.Limits()) throws(XMLError) -> XMLNode {
        var reader = try XMLReader(bytes, limits: limits)
        var open: [XMLNode] = []
        var root: XMLNode?
        while true {
            switch try reader.next() {
            case .start(let name, let attributes): open.append(XMLNode(name, attributes: attributes))
            case .text(let text): if !open.isEmpty { open[open.count - 1].text += text }
            case .end:
                guard let node = open.popLast() else { break }
                if open.isEmpty { root = node } else { open[open.count - 1].children.append(node) }
            case .finished:
                guard let root else { throw XMLError(offset: reader.offset, message: "there is no element") }
                return root
            }
        }
    }

    /// The first child of that name.
    package func child(_ local: String, in namespace: String = "") -> XMLNode? {
        children.first { $0.name.local == local && $0.name.namespace == namespace }
    }

    /// All children of that name, in their order.
    package func children(_ local: String, in namespace: String = "") -> [XMLNode] {
        children.filter { $0.name.local == local && $0.name.namespace == namespace }
    }

    /// Attributes without a prefix are in no namespace, also when their element is in one.
    package func attribute(_ local: String, in namespace: String = "") -> String? {
        attributes.first { $0.name.local == local && $0.name.namespace == namespace }?.value
    }
}
