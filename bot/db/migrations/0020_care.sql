-- The country somebody asked to have kept, so that help shows its lines next time. Nobody is asked, and nothing is guessed.
CREATE TABLE care_countries (
    who     TEXT PRIMARY KEY,               -- keyed tag of the person
    country TEXT NOT NULL                   -- ISO 3166-1, two letters
) STRICT, WITHOUT ROWID;
