import Formats
import HostFacts
import Testing

@testable import Collection

@Suite struct RegistryDecoderTests {
    @Test(
        arguments: [
            ("[1, \"text\"]", .string("text")), ("[1, \"\"]", .string("")), ("[2, \"%A%\"]", .expandString("%A%")),
            ("[3, \"AAH/\"]", .binary([0, 1, 255])), ("[3, \"\"]", .binary([])),
            ("[4, 0]", .dword(0)), ("[4, 4294967295]", .dword(.max)), ("[4, 2147483648]", .dword(0x8000_0000)),
            ("[4, -1]", .other(kind: 4, [])), ("[4, 4294967296]", .other(kind: 4, [])),
            ("[4, 1.5]", .other(kind: 4, [])),
            ("[4, \"AQ==\"]", .other(kind: 4, [1])), ("[4, null]", .other(kind: 4, [])),
            ("[4, true]", .other(kind: 4, [])),
            ("[11, 18446744073709551615]", .qword(.max)), ("[11, 0]", .qword(0)), ("[11, -1]", .other(kind: 11, [])),
            ("[7, [\"a\", \"\"]]", .multiString(["a", ""])), ("[7, []]", .multiString([])),
            ("[7, \"a\"]", .other(kind: 7, [])), ("[7, [\"a\", 1]]", .other(kind: 7, [])),
            ("[-1, \"AQ==\"]", RegistryValue.none([1])), ("[0, \"AQ==\"]", .other(kind: 0, [1])),
            // Half a surrogate pair has no text: it comes as UTF-16 and is kept as bytes.
            ("[1, {\"utf16\": \"ANg=\"}]", .other(kind: 1, [0x00, 0xd8])),
            ("[2, {\"utf16\": \"ANg=\"}]", .other(kind: 2, [0x00, 0xd8])),
            ("[1, 5]", .other(kind: 1, [])), ("[3, \"AAH\"]", .other(kind: 3, [])), ("[3, [1]]", .other(kind: 3, [])),
            ("[99, 1]", .other(kind: 99, [])), ("[9223372036854775807, 1]", .other(kind: .max, [])),
            ("[]", nil), ("[4]", nil), ("[4, 1, 2]", nil), ("null", nil), ("4", nil), ("{}", nil), ("[\"4\", 1]", nil),
            ("[4.5, 1]", nil),
        ] as [(String, RegistryValue?)])
    func `a pair of type and value is read, and what does not fit stays evidence`(
        _ text: String, _ value: RegistryValue?
    ) throws {
        #expect(RegistryDecoder.value(try JSON.parse(Array(text.utf8))) == value)
    }

    private func registry(_ text: String) throws -> RegistryReading {
        var registry = RegistryReading()
        RegistryDecoder.decode(try JSON.parse(Array(text.utf8)), into: &registry)
        return registry
    }

    @Test(arguments: [
        (#"{"keys": {"K": {"v": [4, 7]}}}"#, Collected.value(RegistryValue.dword(7))),
        (#"{"keys": {"k": {"V": [4, 7]}}}"#, .value(.dword(7))),
        (#"{"keys": {"K": {"v": null}}}"#, .absent), (#"{"keys": {"K": null}}"#, .absent),
        (#"{"keys": {"K": "80070005 UnauthorizedAccessException"}}"#, .accessDenied),
        (#"{"keys": {"K": "8013150a SecurityException"}}"#, .accessDenied),
        (#"{"keys": {"K": "80070002 X"}}"#, .absent),
        (#"{"keys": {"K": "80131500 X"}}"#, .failed("the host answered X 0x80131500")),
        (#"{"keys": {"K": ""}}"#, .failed("the host answered an error 0x")),
        (#"{"keys": {"K": 5}}"#, .failed("an unreadable answer")),
        (#"{"keys": {"K": []}}"#, .failed("an unreadable answer")),
        (#"{"keys": {"K": {"other": [4, 7]}}}"#, .failed("this probe did not ask for v")),
        (#"{"keys": {}}"#, .failed("this probe did not ask for K")),
        (#"{"keys": 5}"#, .failed("this probe did not ask for K")),
        ("{}", .failed("this probe did not ask for K")), ("[]", .failed("this probe did not ask for K")),
        (#"{"lists": {"K": {"other": [4, 7]}}}"#, .absent), (#"{"lists": {"K": {}}}"#, .absent),
        (
            #"{"lists": {"K": {"v": [4, 7]}}, "capped": {"K": 30000}}"#,
            .failed("the key holds more values than the probe reads")
        ),
        (#"{"keys": {"K": {"v": [4]}}}"#, .absent),
    ])
    func `a key's answer is a value, absent, refused or unknown`(_ text: String, _ value: Collected<RegistryValue>)
        throws
    {
        #expect(try registry(text).value("K", "v") == value)
    }

    @Test func `a capped list is not a list`() throws {
        let read = try registry(#"{"lists": {"K": {"v": [4, 7]}, "L": {"v": [4, 7]}}, "capped": {"K": 30000}}"#)
        guard case .failed = read.values("K") else { throw Unexpected() }
        #expect(read.values("L").value?.count == 1)
    }

    private struct Unexpected: Error {}

    @Test func `subkeys and counts are read, and a lone surrogate does not hide a key`() throws {
        let read = try registry(
            #"{"children": {"A": ["x", {"utf16": "eADYeQA="}], "B": null, "C": "80070005 X", "D": 7}, "counts": {"A": 3, "B": null, "C": "80070005 X", "D": "x", "E": -1, "F": [1]}}"#
        )
        #expect(read.subkeys(of: "a").value?.first == "x")
        #expect(read.subkeys(of: "A").value?.count == 2)
        #expect(read.subkeys(of: "B") == .absent)
        #expect(read.subkeys(of: "C") == .accessDenied)
        #expect(read.subkeys(of: "D") == .failed("an unreadable answer"))
        #expect(read.count(of: "A") == .value(3))
        #expect(read.count(of: "B") == .value(0))
        #expect(read.count(of: "C") == .accessDenied)
        #expect(read.count(of: "F") == .failed("an unreadable answer"))
        #expect(read.exists("A\\y") == .value(false), "not among the listed ones")
    }

    @Test(arguments: SectionName.allCases)
    func `behind a section that was not answered nothing looks absent`(_ section: SectionName) {
        var answers: [SectionName: SectionAnswer] = [:]
        for other in SectionName.allCases where other != section { answers[other] = .data([:]) }
        for reading in [
            HostReading(sections: answers), HostReading(sections: answers.merging([section: .failed("x")]) { $1 }),
        ] {
            for question in section.registryQuestions {
                #expect(reading.registry.exists(question.key).whyMissing != nil, "\(question.key)")
                #expect(!reading.registry.value(question.key, "any").isAbsent, "\(question.key)")
                #expect(!reading.registry.values(question.key).isAbsent)
                #expect(!reading.registry.subkeys(of: question.key).isAbsent)
                #expect(reading.registry.count(of: question.key).value == nil)
                #expect(!reading.registry.value(question.key + "\\below", "any").isAbsent)
            }
        }
    }

    @Test func `no two sections ask the same key, so that one's failure hides nothing of another`() {
        var asked: [String: SectionName] = [:]
        for section in SectionName.allCases {
            for question in section.registryQuestions {
                #expect(asked[question.key.lowercased()] ?? section == section, "\(question.key)")
                asked[question.key.lowercased()] = section
            }
        }
    }
}
