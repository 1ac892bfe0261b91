/// The form of the database.
enum Schema {
    /// `FlAu`: what `file` and others know it by.
    static let applicationID = 0x466c_4175
    /// The form that this release writes; every earlier one is brought to it.
    static let version = 1

    /// A new database of this form.
    static let statements = """
        -- Words that many rows share: reasons, ids of controls, names of baselines.
        CREATE TABLE text (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

        CREATE TABLE host (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

        -- Content by its hash: baselines, waivers, assets of hosts, and what else a run or judgement consists of.
        CREATE TABLE document (
            id INTEGER PRIMARY KEY, kind TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;

        -- What one control concluded, without the numbers of one host.
        CREATE TABLE finding (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;

        -- All that was concluded about a host, by numbers of findings; numbers: those in their texts.
        CREATE TABLE judgement (
            id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, assets INTEGER NOT NULL REFERENCES document,
            numbers BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;

        CREATE TABLE fact_group (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;

        -- The groups of a host, by their numbers.
        CREATE TABLE fact_set (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;

        -- moment: the start in milliseconds since 1970, one for each run: their order. Dates are seconds since 2001.
        CREATE TABLE run (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, moment INTEGER NOT NULL UNIQUE, started REAL NOT NULL,
            judged_at REAL NOT NULL, series INTEGER NOT NULL REFERENCES text, version TEXT NOT NULL,
            program TEXT NOT NULL, probe TEXT NOT NULL, selection TEXT NOT NULL,
            baseline INTEGER NOT NULL REFERENCES document, waivers INTEGER NOT NULL REFERENCES document,
            unchecked INTEGER NOT NULL REFERENCES document, members INTEGER NOT NULL REFERENCES document,
            hosts INTEGER NOT NULL, judged INTEGER NOT NULL, broken INTEGER NOT NULL, exposed INTEGER NOT NULL,
            met INTEGER NOT NULL, met_with_waivers INTEGER NOT NULL, unknowns INTEGER NOT NULL,
            open_info INTEGER NOT NULL, open_low INTEGER NOT NULL, open_medium INTEGER NOT NULL,
            open_high INTEGER NOT NULL, open_critical INTEGER NOT NULL,
            waived_info INTEGER NOT NULL, waived_low INTEGER NOT NULL, waived_medium INTEGER NOT NULL,
            waived_high INTEGER NOT NULL, waived_critical INTEGER NOT NULL) STRICT;

        -- seconds: milliseconds as an integer, or seconds as a real where those are not exact; collected: the same,
        -- after the run's start. numbers: how those of the judgement differ.
        CREATE TABLE run_host (
            run INTEGER NOT NULL REFERENCES run, host INTEGER NOT NULL REFERENCES host, state INTEGER NOT NULL,
            judgement INTEGER NOT NULL REFERENCES judgement, numbers BLOB, facts INTEGER REFERENCES fact_set,
            seconds ANY NOT NULL, collected ANY NOT NULL, reason INTEGER REFERENCES text,
            advice INTEGER REFERENCES text, PRIMARY KEY (run, host)) STRICT, WITHOUT ROWID;

        -- From the moment of the run that saw a failure first to that of the run that saw it gone; NULL: it stands.
        CREATE TABLE failure_span (
            series INTEGER NOT NULL REFERENCES text, host INTEGER NOT NULL REFERENCES host,
            control INTEGER NOT NULL REFERENCES text, since INTEGER NOT NULL, ended INTEGER,
            PRIMARY KEY (series, host, control, since)) STRICT, WITHOUT ROWID;
        """
}
