-- The house: who is here, what they said, and what follows from it.
-- Words in [[ ]] differ between the databases; models/migrate.go holds their table.
-- Instants are milliseconds since 1970, zero when the thing has not happened.

CREATE TABLE site (
	id         INTEGER PRIMARY KEY,
	name       TEXT    NOT NULL,
	language   TEXT    NOT NULL,
	signups    TEXT    NOT NULL,
	text_limit INTEGER NOT NULL,
	about      TEXT    NOT NULL,
	rules      TEXT    NOT NULL,
	secret     TEXT    NOT NULL,
	tag        TEXT    NOT NULL,
	claimed    BOOLEAN NOT NULL,
	revision   BIGINT  NOT NULL,
	changed_at BIGINT  NOT NULL,
	erased_at  BIGINT  NOT NULL,
	created_at BIGINT  NOT NULL
);

CREATE TABLE marks (
	stripe      INTEGER PRIMARY KEY,
	revision    BIGINT NOT NULL,
	streamed_at BIGINT NOT NULL
);

CREATE TABLE accounts (
	id          [[id]],
	name        TEXT   NOT NULL,
	host        TEXT   NOT NULL,
	password    TEXT   NOT NULL,
	role        TEXT   NOT NULL,
	language    TEXT   NOT NULL,
	bio         TEXT   NOT NULL,
	bio_html    TEXT   NOT NULL,
	homepage    TEXT   NOT NULL,
	revision    BIGINT NOT NULL,
	changed_at  BIGINT NOT NULL,
	posted_at   BIGINT NOT NULL,
	answered_at BIGINT NOT NULL,
	noticed_at  BIGINT NOT NULL,
	read_at     BIGINT NOT NULL,
	created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_name ON accounts (name, host);
CREATE INDEX accounts_newest ON accounts (created_at, id) WHERE host = '';
CREATE INDEX accounts_unanswered ON accounts (created_at, id) WHERE host = '' AND posted_at > 0 AND answered_at = 0;
CREATE INDEX accounts_posted ON accounts (id) WHERE host = '' AND posted_at > 0;

CREATE TABLE retired_names (
	hash TEXT PRIMARY KEY
);

CREATE TABLE statuses (
	id           [[id]],
	account_id   BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	text         TEXT   NOT NULL,
	html         TEXT   NOT NULL,
	face         TEXT   NOT NULL,
	mood         TEXT   NOT NULL,
	mood_text    TEXT   NOT NULL,
	visibility   TEXT   NOT NULL,
	reply_to_id  BIGINT REFERENCES statuses (id) ON DELETE SET NULL,
	once         TEXT,
	published_at BIGINT NOT NULL,
	edited_at    BIGINT NOT NULL,
	withdrawn_at BIGINT NOT NULL
);
CREATE INDEX statuses_public ON statuses (published_at, id) WHERE visibility = 'public' AND withdrawn_at = 0;
CREATE INDEX statuses_page ON statuses (account_id, published_at, id) WHERE visibility = 'public' AND withdrawn_at = 0;
CREATE INDEX statuses_account ON statuses (account_id, published_at, id);
CREATE INDEX statuses_replies ON statuses (reply_to_id, published_at) WHERE reply_to_id IS NOT NULL;
CREATE UNIQUE INDEX statuses_once ON statuses (account_id, once) WHERE once IS NOT NULL;

CREATE TABLE labels (
	kind         TEXT    NOT NULL,
	word         TEXT    NOT NULL,
	published_at BIGINT  NOT NULL,
	status_id    BIGINT  NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
	PRIMARY KEY (kind, word, published_at, status_id)
)[[clustered]];
CREATE INDEX labels_status ON labels (status_id);

-- When a list of a label last changed otherwise than by a new status at its top.
CREATE TABLE label_changes (
	kind       TEXT   NOT NULL,
	word       TEXT   NOT NULL,
	changed_at BIGINT NOT NULL,
	PRIMARY KEY (kind, word)
)[[clustered]];

CREATE TABLE drafts (
	account_id  BIGINT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
	text        TEXT   NOT NULL,
	face        TEXT   NOT NULL,
	mood        TEXT   NOT NULL,
	mood_text   TEXT   NOT NULL,
	visibility  TEXT   NOT NULL,
	reply_to_id BIGINT
);

CREATE TABLE sessions (
	hash         TEXT   PRIMARY KEY,
	account_id   BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	agent        TEXT   NOT NULL,
	network      TEXT   NOT NULL,
	created_at   BIGINT NOT NULL,
	seen_at      BIGINT NOT NULL,
	expires_at   BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE recovery_codes (
	hash       TEXT   PRIMARY KEY,
	account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX recovery_codes_account ON recovery_codes (account_id);

CREATE TABLE throttles (
	key        TEXT    PRIMARY KEY,
	count      INTEGER NOT NULL,
	expires_at BIGINT  NOT NULL
);
CREATE INDEX throttles_expires ON throttles (expires_at);

CREATE TABLE jobs (
	id           [[id]],
	kind         TEXT    NOT NULL,
	payload      TEXT    NOT NULL,
	attempts     INTEGER NOT NULL,
	due_at       BIGINT  NOT NULL,
	dead_at      BIGINT  NOT NULL,
	reason       TEXT    NOT NULL,
	created_at   BIGINT  NOT NULL
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE dead_at = 0;

CREATE TABLE notices (
	id         [[id]],
	account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	status_id  BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
	kind       TEXT   NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX notices_account ON notices (account_id, status_id);
CREATE INDEX notices_newest ON notices (account_id, id);
CREATE INDEX notices_status ON notices (status_id);
