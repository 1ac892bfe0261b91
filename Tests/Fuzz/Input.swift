/// The fuzzer's bytes. Not `[UInt8](UnsafeBufferPointer(…))`: with -O that corrupts the heap when the array is never used
/// (Swift 6.3.1).
func input(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, made in
        for index in 0..<count { buffer[index] = start?[index] ?? 0 }
        made = count
    }
}

/// Lets no work be left out.
@inline(never) func keep<Value>(_ value: Value) {}
