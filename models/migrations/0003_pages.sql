-- The dressed page: what an account says of itself, its layout, its friends, its guestbook, its webrings.

ALTER TABLE accounts ADD COLUMN layout TEXT NOT NULL DEFAULT '';                  -- hash of the stylesheet that it wears
ALTER TABLE accounts ADD COLUMN guestbook_closed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE accounts ADD COLUMN guestbook_at BIGINT NOT NULL DEFAULT 0;           -- when what its guestbook shows last changed
ALTER TABLE accounts ADD COLUMN counting BOOLEAN NOT NULL DEFAULT FALSE;          -- its page has a hit counter
ALTER TABLE accounts ADD COLUMN tagline TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN pronouns TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN birthday TEXT NOT NULL DEFAULT '';                -- MM-DD

CREATE INDEX accounts_webmasters ON accounts (id) WHERE role = 'webmaster';

-- Everything else that an account's page says, in one row for each account that says it.
CREATE TABLE blurbs (
	account_id  BIGINT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
	meet        TEXT NOT NULL,
	meet_html   TEXT NOT NULL,
	general     TEXT NOT NULL,
	music       TEXT NOT NULL,
	movies      TEXT NOT NULL,
	television  TEXT NOT NULL,
	books       TEXT NOT NULL,
	heroes      TEXT NOT NULL,
	song        TEXT NOT NULL,
	song_artist TEXT NOT NULL,
	song_link   TEXT NOT NULL,
	reading     TEXT NOT NULL,
	playing     TEXT NOT NULL,
	listening   TEXT NOT NULL
);

-- The other places where an account is, in its order.
CREATE TABLE links (
	id         [[id]],
	account_id BIGINT  NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	place      INTEGER NOT NULL,
	label      TEXT    NOT NULL,
	address    TEXT    NOT NULL
);
CREATE INDEX links_account ON links (account_id, place);

-- The layouts of the gallery: published by an account, or ours (account_id NULL, with a key).
CREATE TABLE layouts (
	id           [[id]],
	key          TEXT    NOT NULL, -- of ours: its file; empty otherwise
	account_id   BIGINT  REFERENCES accounts (id) ON DELETE CASCADE,
	title        TEXT    NOT NULL,
	words        TEXT    NOT NULL, -- what its author says of it
	source       TEXT    NOT NULL,
	from_id      BIGINT  REFERENCES layouts (id) ON DELETE SET NULL,
	published_at BIGINT  NOT NULL,
	withdrawn_at BIGINT  NOT NULL
);
CREATE UNIQUE INDEX layouts_key ON layouts (key) WHERE key <> '';
CREATE INDEX layouts_newest ON layouts (published_at, id) WHERE withdrawn_at = 0;
CREATE INDEX layouts_account ON layouts (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX layouts_from ON layouts (from_id) WHERE from_id IS NOT NULL;

-- Every version of an account's stylesheet: as written, and as it was made harmless.
CREATE TABLE sheets (
	id         [[id]],
	account_id BIGINT  NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	state      TEXT    NOT NULL, -- worn, kept (an earlier version), draft (the preview)
	source     TEXT    NOT NULL,
	choices    TEXT    NOT NULL, -- JSON of the choices it was drawn from; empty: written by hand
	layout_id  BIGINT  REFERENCES layouts (id) ON DELETE SET NULL, -- the layout of the gallery it started from
	css        TEXT    NOT NULL,
	hash       TEXT    NOT NULL, -- of the harmless form
	sanitizer  INTEGER NOT NULL, -- the version that made it harmless
	created_at BIGINT  NOT NULL
);
CREATE INDEX sheets_account ON sheets (account_id, id);
CREATE UNIQUE INDEX sheets_worn ON sheets (account_id) WHERE state = 'worn';
CREATE UNIQUE INDEX sheets_draft ON sheets (account_id) WHERE state = 'draft';
CREATE INDEX sheets_sanitizer ON sheets (sanitizer, id);
CREATE INDEX sheets_layout ON sheets (layout_id) WHERE layout_id IS NOT NULL;

-- Hit counters. A visit is a keyed hash of who came, under a salt that is forgotten after its day.
CREATE TABLE counters (
	account_id BIGINT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
	hits       BIGINT NOT NULL
);
CREATE TABLE visits (
	key TEXT   PRIMARY KEY,
	day BIGINT NOT NULL -- days since 1970
);
CREATE INDEX visits_day ON visits (day);
CREATE TABLE salts (
	day  BIGINT PRIMARY KEY,
	salt TEXT   NOT NULL
);

-- Up to eight friends on a page: accounts of this site, or any home page.
CREATE TABLE top_friends (
	id           [[id]],
	account_id   BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	friend_id    BIGINT REFERENCES accounts (id) ON DELETE CASCADE, -- NULL: a home page elsewhere
	address      TEXT   NOT NULL, -- of the home page; empty: an account
	title        TEXT   NOT NULL, -- as the page calls itself
	feed         TEXT   NOT NULL, -- address of its feed, empty: none found
	feed_at      BIGINT NOT NULL, -- when its feed last said something, 0: not known
	picture_id   BIGINT REFERENCES pictures (id) ON DELETE SET NULL, -- its button
	button       TEXT   NOT NULL, -- address the picture came from
	problem      TEXT   NOT NULL, -- key of the sentence that says why it could not be seen
	away_at      BIGINT NOT NULL, -- since when it could not be seen, 0: it was there
	seen_at      BIGINT NOT NULL, -- when it was last there, 0: never yet
	due_at       BIGINT NOT NULL, -- when it is looked at again
	place        BIGINT NOT NULL,
	created_at   BIGINT NOT NULL
);
CREATE INDEX top_friends_account ON top_friends (account_id, place);
CREATE INDEX top_friends_friend ON top_friends (friend_id) WHERE friend_id IS NOT NULL;
CREATE INDEX top_friends_picture ON top_friends (picture_id) WHERE picture_id IS NOT NULL;
CREATE INDEX top_friends_due ON top_friends (due_at) WHERE friend_id IS NULL;

-- What visitors sign on a page.
CREATE TABLE entries (
	id         [[id]],
	account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE, -- whose guestbook
	signer_id  BIGINT REFERENCES accounts (id) ON DELETE CASCADE,          -- NULL: a stranger
	name       TEXT   NOT NULL, -- of a stranger; empty: the signer's account has one
	homepage   TEXT   NOT NULL,
	text       TEXT   NOT NULL,
	html       TEXT   NOT NULL,
	signature  TEXT   NOT NULL, -- rows of '#' and '.', drawn by the signer; empty: none
	hash       TEXT   NOT NULL, -- of who signed and what: what is sent twice is one entry
	created_at BIGINT NOT NULL,
	shown_at   BIGINT NOT NULL  -- since when everybody sees it; 0: it waits
);
CREATE INDEX entries_shown ON entries (account_id, id) WHERE shown_at > 0;
CREATE INDEX entries_waiting ON entries (account_id, id) WHERE shown_at = 0;
CREATE INDEX entries_unread ON entries (created_at) WHERE shown_at = 0;
CREATE INDEX entries_signer ON entries (signer_id, account_id, id) WHERE signer_id IS NOT NULL;
CREATE INDEX entries_hash ON entries (account_id, hash);

-- Webrings, and the pages in them.
CREATE TABLE rings (
	id         [[id]],
	key        TEXT   NOT NULL, -- its name in addresses
	account_id BIGINT REFERENCES accounts (id) ON DELETE SET NULL, -- who keeps it; NULL: the webmaster
	title      TEXT   NOT NULL,
	words      TEXT   NOT NULL,
	words_html TEXT   NOT NULL,
	fg         TEXT   NOT NULL, -- colours of its button, RRGGBB
	bg         TEXT   NOT NULL,
	revision   BIGINT NOT NULL, -- begins anywhere: an answer about a former ring of that key must not pass for one about this
	created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX rings_key ON rings (key);
CREATE INDEX rings_account ON rings (account_id) WHERE account_id IS NOT NULL;
CREATE TABLE ring_members (
	id          [[id]],
	ring_id     BIGINT  NOT NULL REFERENCES rings (id) ON DELETE CASCADE,
	account_id  BIGINT  NOT NULL REFERENCES accounts (id) ON DELETE CASCADE, -- who asked
	address     TEXT    NOT NULL, -- of the page in the ring; /~name: the account's own here
	own         BOOLEAN NOT NULL, -- it is the account's own page here, which shows the ring by itself
	title       TEXT    NOT NULL,
	joined_at   BIGINT  NOT NULL, -- 0: it asks to join
	checked_at  BIGINT  NOT NULL, -- when a look at it was last due
	trouble_at  BIGINT  NOT NULL, -- since when there is the problem
	lost_at     BIGINT  NOT NULL, -- since when its page has not linked back; 0: it does, or may
	problem     TEXT    NOT NULL, -- key of the sentence
	created_at  BIGINT  NOT NULL
);
CREATE UNIQUE INDEX ring_members_page ON ring_members (ring_id, address);
CREATE INDEX ring_members_ring ON ring_members (ring_id, joined_at, id);
CREATE INDEX ring_members_account ON ring_members (account_id);
CREATE INDEX ring_members_checked ON ring_members (checked_at) WHERE joined_at > 0 AND NOT own;

-- What somebody thinks the webmaster should look at.
CREATE TABLE reports (
	id          [[id]],
	account_id  BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE, -- whose page
	reporter_id BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
	path        TEXT   NOT NULL,
	text        TEXT   NOT NULL,
	created_at  BIGINT NOT NULL,
	done_at     BIGINT NOT NULL -- 0: nobody has looked at it yet
);
CREATE INDEX reports_account ON reports (account_id);
CREATE INDEX reports_open ON reports (id) WHERE done_at = 0;
CREATE INDEX reports_reporter ON reports (reporter_id) WHERE reporter_id IS NOT NULL;
