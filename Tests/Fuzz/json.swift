/// Whatever is accepted is written and read again, and is the same.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let value = try? JSON.parse(input(start, count), limits: JSON.Limits(values: 10_000)) else { return 0 }
    for style in [[], [.pretty, .asciiOnly]] as [JSONWriter.Style] {
        precondition((try? JSON.parse(JSON.write(value, style: style))) == value)
    }
    return 0
}
