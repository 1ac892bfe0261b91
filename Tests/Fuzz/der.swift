/// A certificate's names and problems can be told.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let certificate = try? X509Certificate(input(start, count)) else { return 0 }
    keep(certificate.subject.text + certificate.issuer.text)
    keep(certificate.problems.map(\.description))
    keep(certificate.subjectAlternativeNames?.map(\.description))
    keep(certificate.notAfter.map { ISO8601.text($0) })
    keep(certificate.der[certificate.publicKey.encoded].count + certificate.der[certificate.signedPart].count)
    return 0
}
