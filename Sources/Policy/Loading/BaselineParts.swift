import Formats

/// What one baseline file says, with the places, before it is applied to what it extends.
struct BaselineParts {
    struct Named {
        let control: Control
        let place: YAMLNode
    }

    struct Setting {
        let control: String
        let name: String
        let value: PolicyValue
        let place: YAMLNode
    }

    struct Exclusion {
        let control: String
        let reason: String
        let place: YAMLNode
    }

    struct Override {
        let control: String
        let reason: String
        let severity: Severity?
        let settings: [Setting]
        let place: YAMLNode
    }

    struct Role {
        let name: String
        let controls: [Named]
        let exclusions: [Exclusion]
        let settings: [Setting]
        let overrides: [Override]
    }

    var controls: [Named] = []
    var exclusions: [Exclusion] = []
    var settings: [Setting] = []
    var overrides: [Override] = []
    var roles: [Role] = []
}
