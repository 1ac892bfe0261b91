import Policy

/// What the statements rest on.
extension MarkdownReport {
    mutating func method() {
        add(
            "## Method", "",
            "Every host was asked by one read-only probe (SHA-256 \(MarkdownText.code(result.probe))) over SSH or WinRM; "
                + "nothing was changed on any host. Commands above are proposals; none was executed.", "",
            "What a host could not or would not say is unknown, and never counts as good. Statements rest on what hosts say "
                + "about themselves: configured, not proven on the wire.", "")
        let names = result.unchecked.keys.sorted()
        if !names.isEmpty {
            let shown = names.prefix(Self.listedHosts).map { name in
                let what = (result.unchecked[name] ?? []).joined(separator: ", ")
                return "\(MarkdownText.escaped(name)) (\(MarkdownText.escaped(what)))"
            }
            let rest = names.count - shown.count
            add(
                "Asked with less care than possible, as the inventory wants it: \(shown.joined(separator: "; "))"
                    + (rest > 0 ? "; \(rest) more in `hosts.csv`." : "."), "")
        }
        add(
            "Update catalogue as of \(Self.day(result.baseline.catalogueAsOf)). "
                + "fleetaudit \(MarkdownText.escaped(result.programVersion)), run \(MarkdownText.escaped(result.run)).")
    }
}
