/// Whatever is accepted is text that XML can carry, and can be escaped and read again.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let node = try? XMLNode.parse(input(start, count)) else { return 0 }
    precondition(XML.canCarry(node.text))
    let again = Array("<a b=\"\(XML.escape(node.text))\">\(XML.escape(node.text, for: .content))</a>".utf8)
    let read = try? XMLNode.parse(again)
    precondition(read?.text == node.text && read?.attribute("b") == node.text)
    return 0
}
