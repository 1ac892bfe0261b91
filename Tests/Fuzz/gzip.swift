/// Members stay within the limits, whatever the pieces in which they come.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    func read(_ piece: Int) -> [[UInt8]] {
        var at = 0, members: [[UInt8]] = []
        do throws(GzipError) {
            var reader = try GzipMemberReader(limit: 100_000, ratioLimit: 500) { _ in
                defer { at = min(at + piece, bytes.count) }
                return Array(bytes[at..<min(at + piece, bytes.count)])
            }
            while let member = try reader.next() { members.append(member) }
        } catch {
            keep(error.description)
        }
        return members
    }
    let members = read(1 << 16)
    precondition(members.allSatisfy { $0.count <= 100_000 } && members == read(7))
    if let first = members.first { precondition((try? Gzip.decompress(Gzip.compress(first), limit: 100_000)) == first) }
    return 0
}
