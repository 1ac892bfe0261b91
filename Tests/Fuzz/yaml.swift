private func walk(_ node: YAMLNode) -> Int {
    var sum = (node.int ?? 0) & 1
    sum += node.yaml11 == .null ? 1 : 0
    sum += node.double == nil ? 1 : 0
    sum += node.sequence?.reduce(0) { $0 &+ walk($1) } ?? 0
    sum += node.mapping?.reduce(0) { $0 &+ walk($1.key) &+ walk($1.value) } ?? 0
    return sum
}

/// Whatever is accepted can be walked through, and what is refused can be explained.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    do throws(YAMLError) {
        let limits = YAML.Limits(nodes: 20_000)
        let document = try YAML.parse(bytes, limits: limits, duplicateKeys: count % 2 == 0 ? .refused : .collected)
        keep(document.root.map(walk))
    } catch {
        var diagnostics = Diagnostics()
        diagnostics.add(error.diagnostic(file: "f"))
        keep(diagnostics.rendered { _ in bytes })
    }
    return 0
}
