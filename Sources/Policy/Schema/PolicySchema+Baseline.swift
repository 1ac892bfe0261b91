import Formats

extension PolicySchema {
    static var baselineSchema: JSON {
        let ids = described("Control ids.", ["type": "array", "items": id, "uniqueItems": true])
        let reasons = described("Controls that are left out, each with the reason.", map(controlKey, text))
        let parameters = described(
            "Parameters of controls, over the controls' own defaults.", map(controlKey, map(".", constant)))
        let override = mapping(
            [
                .init("reason", described("Why it differs from the baseline that is extended.", text)),
                .init("severity", words(Severity.self)), .init("parameters", map(".", constant)),
            ], required: ["reason"])
        let roleOverride = mapping(
            [.init("reason", text), .init("parameters", map(".", constant))], required: ["reason", "parameters"])
        let role = mapping([
            .init(
                "override",
                described(
                    "What differs for the role from the extended baseline, with reasons.", map(controlKey, roleOverride)
                )),
            .init("parameters", parameters), .init("exclude", reasons),
            .init("controls", described("Controls for hosts of this role and no others.", ids)),
        ])
        return .object([
            .init("$schema", draft), .init("title", "FleetAudit baseline, format 1"),
            .init("description", "What a fleet is held against. Explained in docs/policies.md."),
            .init("type", "object"), .init("additionalProperties", false),
            .init("required", ["name", "version", "title"]),
            .init("anyOf", [["required": ["controls"]], ["required": ["extends"]]]),
            .init(
                "properties",
                .object([
                    .init("name", text), .init("version", ["type": ["string", "number"]]), .init("title", text),
                    .init("extends", described("The baseline, by name or file, that this one adds to.", text)),
                    .init("controls", ids), .init("exclude", reasons), .init("parameters", parameters),
                    .init(
                        "override",
                        described("What differs from the extended baseline, with reasons.", map(controlKey, override))),
                    .init(
                        "roles",
                        described(
                            "What differs for hosts of a role (fleetaudit_role in the inventory).", map(".", role))),
                    .init(
                        "role", described("Every host is judged as one of this role.", text)),
                ])),
        ])
    }

    private static let controlKey = "^[A-Z]+-[0-9]{3}$"
}
