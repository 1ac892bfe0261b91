import Testing

@testable import Lab

@Suite struct AttachmentFrameTests {
    private static let frames: [AttachmentFrame] = [
        .hello(host: "web01", connection: "127.0.0.1 4711 127.0.0.2 22", commandLine: "a\u{1}b é"),
        .hello(host: "", connection: "", commandLine: ""), .input([1, 2, 3]), .input([]), .endOfInput,
        .output([UInt8](repeating: 7, count: 70_000)), .error([0]), .exit(0), .exit(0xC000_0005),
    ]

    @Test(arguments: [1, 2, 5, 4_096])
    func `frames come back whole however their bytes arrive`(pieces: Int) throws {
        var reader = AttachmentFrameReader(), rest = Self.frames.flatMap(\.bytes)[...], read: [AttachmentFrame] = []
        while !rest.isEmpty {
            reader.append(Array(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
            while let frame = try reader.next() { read.append(frame) }
        }
        #expect(read == Self.frames)
    }

    @Test(
        arguments: [
            [0, 0, 0, 0, 0], [7, 0, 0, 0, 0], [1, 1, 0, 0, 0, 65], [3, 1, 0, 0, 0, 0], [6, 3, 0, 0, 0, 1, 2, 3],
            [2, 1, 0, 4, 0], [2, 255, 255, 255, 255],
        ] as [[UInt8]])
    func `what is no frame is refused`(bytes: [UInt8]) {
        var reader = AttachmentFrameReader()
        reader.append(bytes)
        #expect(throws: AttachmentFrame.Malformed.self) { try reader.next() }
    }

    @Test(arguments: [
        (0 as UInt32, 0 as Int32), (1, 1), (255, 255), (256, 1), (257, 1), (259, 3), (0xC000_013A, 0x3a),
        (0xFFFF_FFFF, 255),
        (0x8000_0000, 1),
    ])
    func `no failure looks like success in eight bits`(code: UInt32, status: Int32) {
        #expect(LabAttachment.exitStatus(code) == status)
    }
}

@Suite struct SSHDConfigurationTests {
    @Test func `nothing is forwarded, only keys are taken, one command runs`() {
        let text = SSHDConfiguration(
            hostKeys: ["/k/a", "/k/b"], authorizedKeys: "/k/id.pub",
            forcedCommand: ["/bin/x", "lab", "attach", "/s", "h"],
            ownLines: ["MACs hmac-sha2-256"]
        ).text
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.first == "MACs hmac-sha2-256")
        for line in [
            "HostKey /k/a", "HostKey /k/b", "AuthorizedKeysFile /k/id.pub", "ForceCommand /bin/x lab attach /s h",
            "DisableForwarding yes", "AllowTcpForwarding no", "X11Forwarding no", "AllowAgentForwarding no",
            "PermitTunnel no", "PermitTTY no", "PermitUserRC no", "StrictModes no", "UsePAM no",
            "PasswordAuthentication no", "AuthenticationMethods publickey",
        ] { #expect(lines.contains(line)) }
    }

    @Test(arguments: [
        ("/tmp/fleetaudit-lab-x/127.0.0.1-22", true), ("/a b", false), ("/a'b", false), ("/a\"b", false),
        ("/a#b", false),
        ("/a\nb", false), ("/a%b", false), ("/é", false), ("/a$b", false), ("/a;b", false),
    ])
    func `paths that a shell or sshd would read otherwise are not named`(path: String, isFine: Bool) {
        #expect(SSHDConfiguration.canName(path) == isFine)
    }

    @Test(arguments: [
        ("Accepted publickey for root from 127.0.0.1 port 4711 ssh2: ED25519 SHA256:x", "root", true as Bool?),
        ("Failed publickey for root from 127.0.0.1 port 4711 ssh2: ED25519 SHA256:x", "root", false),
        ("Failed publickey for invalid user admin from 127.0.0.1 port 1 ssh2: RSA SHA256:x", "admin", false),
        ("Failed password for user from 127.0.0.1 port 1 ssh2", "user", false),
        ("Failed none for root from 127.0.0.1 port 1 ssh2", "", nil),
        ("Accepted key ED25519 SHA256:x found at /tmp/id.pub:1", "", nil),
        ("Postponed publickey for root from 127.0.0.1 port 4711 ssh2 [preauth]", "", nil), ("", "", nil),
        ("Failed publickey for", "", nil), ("Failed publickey for invalid user", "", nil),
    ])
    func `sign-ins are found in the log`(line: String, user: String, accepted: Bool?) {
        let entry = SSHDLogLine(line)
        #expect(entry?.accepted == accepted)
        if accepted != nil { #expect(entry?.user == user) }
    }
}
