-- The open web: what is said to other sites and by them.

-- What other doors than the composer say of a status.
ALTER TABLE statuses ADD COLUMN tags TEXT NOT NULL DEFAULT '';       -- words given beside the text, one a line
ALTER TABLE statuses ADD COLUMN markup TEXT NOT NULL DEFAULT '';     -- clean HTML, when it was written in HTML
ALTER TABLE statuses ADD COLUMN extra TEXT NOT NULL DEFAULT '';      -- JSON of the microformats properties that are only kept
ALTER TABLE statuses ADD COLUMN reply_url TEXT NOT NULL DEFAULT '';  -- address elsewhere that it answers
ALTER TABLE statuses ADD COLUMN origin TEXT NOT NULL DEFAULT '';     -- address elsewhere where it was written first
ALTER TABLE statuses ADD COLUMN erased BOOLEAN NOT NULL DEFAULT FALSE; -- withdrawn for good: its words are gone
UPDATE statuses SET erased = TRUE WHERE withdrawn_at > 0;
CREATE INDEX statuses_withdrawn ON statuses (withdrawn_at) WHERE withdrawn_at > 0 AND NOT erased;
ALTER TABLE drafts ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE drafts ADD COLUMN markup TEXT NOT NULL DEFAULT '';
ALTER TABLE drafts ADD COLUMN reply_url TEXT NOT NULL DEFAULT '';

-- Jobs that go to another site name it: each site has a queue of its own.
ALTER TABLE jobs ADD COLUMN peer TEXT NOT NULL DEFAULT ''; -- host, with its port if it is odd; empty: work in the house
ALTER TABLE jobs ADD COLUMN once TEXT;                     -- while a job with it waits, no other one is written
CREATE UNIQUE INDEX jobs_once ON jobs (once) WHERE once IS NOT NULL;
DROP INDEX jobs_due;
CREATE INDEX jobs_queue ON jobs (peer, due_at) WHERE dead_at = 0;
CREATE INDEX jobs_dead ON jobs (id) WHERE dead_at > 0;

-- Other sites: who works for which, and how they answer.
CREATE TABLE peers (
	name         TEXT    PRIMARY KEY,
	due_at       BIGINT  NOT NULL, -- nothing is to be done for it before; 9223372036854775807: nothing at all
	worker       TEXT    NOT NULL, -- who has its queue, or had it and never gave it back; empty: nobody
	leased_until BIGINT  NOT NULL, -- until when; once it is given back, when that was
	pace         INTEGER NOT NULL, -- 0: it answers quickly, 1: nobody knows, 2: it is slow
	took         BIGINT  NOT NULL, -- what a job of its last turn took, in milliseconds
	failures     INTEGER NOT NULL, -- jobs that failed in a row
	rests_until  BIGINT  NOT NULL  -- it failed so often that it is left alone; 0: it is not
);
CREATE INDEX peers_due ON peers (pace, due_at, leased_until);
CREATE INDEX peers_worker ON peers (worker) WHERE worker <> '';
CREATE INDEX peers_resting ON peers (rests_until) WHERE rests_until > 0;

-- What a status answers elsewhere, as that page said it.
CREATE TABLE contexts (
	status_id    BIGINT PRIMARY KEY REFERENCES statuses (id) ON DELETE CASCADE,
	author       TEXT   NOT NULL,
	author_url   TEXT   NOT NULL,
	picture_id   BIGINT REFERENCES pictures (id) ON DELETE SET NULL, -- the author's
	title        TEXT   NOT NULL,
	html         TEXT   NOT NULL, -- clean
	published_at BIGINT NOT NULL,
	seen_at      BIGINT NOT NULL,
	problem      TEXT   NOT NULL  -- key of the sentence that says why nothing was found
);
CREATE INDEX contexts_picture ON contexts (picture_id) WHERE picture_id IS NOT NULL;

-- Webmentions that go out: each page that a status links to, or did.
CREATE TABLE sent_mentions (
	id         [[id]],
	status_id  BIGINT  NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
	target     TEXT    NOT NULL, -- as the status writes it
	linked     BOOLEAN NOT NULL, -- the status links to it now
	state      TEXT    NOT NULL, -- waiting, sent, deaf (no endpoint), failed
	endpoint   TEXT    NOT NULL,
	code       INTEGER NOT NULL, -- HTTP status of its answer
	location   TEXT    NOT NULL, -- where it says what came of it
	problem    TEXT    NOT NULL, -- key of the sentence that says why it failed
	tried_at   BIGINT  NOT NULL,
	created_at BIGINT  NOT NULL
);
CREATE UNIQUE INDEX sent_mentions_target ON sent_mentions (status_id, target);

-- Webmentions that come in.
CREATE TABLE mentions (
	id           [[id]],
	key          TEXT    NOT NULL, -- in the address of the page that says what came of it
	account_id   BIGINT  NOT NULL REFERENCES accounts (id) ON DELETE CASCADE, -- whose page or status is mentioned
	status_id    BIGINT  REFERENCES statuses (id) ON DELETE CASCADE,          -- NULL: the page
	source       TEXT    NOT NULL, -- as it was sent
	target       TEXT    NOT NULL, -- as it was sent
	source_key   TEXT    NOT NULL, -- without scheme and slash at the end: what is sent twice is one mention
	target_key   TEXT    NOT NULL, -- name of the account and id of the status, whatever the address looked like
	final_key    TEXT    NOT NULL, -- where the source was in the end, after its redirects
	url_key      TEXT    NOT NULL, -- where the source says that it stands, when that is on its own site
	peer         TEXT    NOT NULL, -- host of the source
	queued       BOOLEAN NOT NULL, -- it is still to be looked at, or again
	state        TEXT    NOT NULL, -- new, held, shown, quiet, refused, failed, gone, same
	same_id      BIGINT  REFERENCES mentions (id) ON DELETE CASCADE, -- the one that it is another address of
	kind         TEXT    NOT NULL, -- reply, like, repost, bookmark, rsvp, mention; empty: not looked at yet
	problem      TEXT    NOT NULL, -- key of the sentence that says what went wrong when it was last looked at
	url          TEXT    NOT NULL, -- where its words stand
	author       TEXT    NOT NULL,
	author_url   TEXT    NOT NULL,
	photo        TEXT    NOT NULL, -- where the author's picture was
	picture_id   BIGINT  REFERENCES pictures (id) ON DELETE SET NULL, -- what was made of it
	title        TEXT    NOT NULL,
	html         TEXT    NOT NULL, -- clean
	rsvp         TEXT    NOT NULL,
	hash         TEXT    NOT NULL, -- of what it says: approved words that change wait again
	published_at BIGINT  NOT NULL,
	received_at  BIGINT  NOT NULL,
	verified_at  BIGINT  NOT NULL -- when it was last seen; 0: never
);
CREATE UNIQUE INDEX mentions_key ON mentions (key);
CREATE UNIQUE INDEX mentions_pair ON mentions (source_key, target_key);
CREATE INDEX mentions_final ON mentions (final_key, target_key) WHERE final_key <> '';
CREATE INDEX mentions_url ON mentions (url_key, target_key) WHERE url_key <> '';
CREATE INDEX mentions_account ON mentions (account_id, state, id);
CREATE INDEX mentions_status ON mentions (status_id, state, id) WHERE status_id IS NOT NULL;
CREATE INDEX mentions_swept ON mentions (state, received_at);
CREATE INDEX mentions_picture ON mentions (picture_id) WHERE picture_id IS NOT NULL;
CREATE INDEX mentions_same ON mentions (same_id) WHERE same_id IS NOT NULL;
ALTER TABLE accounts ADD COLUMN mentions_closed BOOLEAN NOT NULL DEFAULT FALSE; -- its pages take no mentions

-- What an account thinks of a whole site: its mentions are shown at once, or never.
CREATE TABLE verdicts (
	account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	host       TEXT   NOT NULL,
	verdict    TEXT   NOT NULL, -- welcome, blocked
	PRIMARY KEY (account_id, host)
)[[clustered]];

-- A mention of a page stands in its guestbook.
ALTER TABLE entries ADD COLUMN mention_id BIGINT REFERENCES mentions (id) ON DELETE CASCADE;
CREATE UNIQUE INDEX entries_mention ON entries (mention_id) WHERE mention_id IS NOT NULL;

-- Programs that may act for an account: what one asked for and has not fetched yet, and what they hold.
CREATE TABLE permits (
	hash         TEXT   PRIMARY KEY, -- of the code
	account_id   BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	client_id    TEXT   NOT NULL,
	client_name  TEXT   NOT NULL,
	redirect_uri TEXT   NOT NULL,
	challenge    TEXT   NOT NULL,
	scope        TEXT   NOT NULL,
	created_at   BIGINT NOT NULL,
	used_at      BIGINT NOT NULL
);
CREATE INDEX permits_account ON permits (account_id);
CREATE INDEX permits_created ON permits (created_at);
CREATE TABLE tokens (
	id          [[id]],
	hash        TEXT   NOT NULL,
	refresh     TEXT,            -- hash of the token that renews it; NULL: none
	family      TEXT,            -- hash of the part that all tokens have which ever renewed it
	account_id  BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	permit      TEXT   NOT NULL, -- hash of the code it came from; empty: made by hand
	client_id   TEXT   NOT NULL, -- empty: made by hand
	name        TEXT   NOT NULL, -- what the program calls itself, or its owner calls it
	scope       TEXT   NOT NULL, -- words, space between them
	created_at  BIGINT NOT NULL,
	used_at     BIGINT NOT NULL, -- day of its last use
	expires_at  BIGINT NOT NULL  -- 0: never
);
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE UNIQUE INDEX tokens_family ON tokens (family) WHERE family IS NOT NULL;
CREATE INDEX tokens_account ON tokens (account_id);
CREATE INDEX tokens_permit ON tokens (permit) WHERE permit <> '';
CREATE INDEX tokens_expires ON tokens (expires_at) WHERE expires_at > 0;

-- Addresses on the web with which one may log in, and log-ins under way.
CREATE TABLE identities (
	me         TEXT   PRIMARY KEY,
	account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	created_at BIGINT NOT NULL
);
CREATE INDEX identities_account ON identities (account_id);
CREATE TABLE passages (
	hash           TEXT   PRIMARY KEY, -- of the state, and once that came back of what the browser alone knows
	account_id     BIGINT REFERENCES accounts (id) ON DELETE CASCADE, -- who links the address to an account; NULL: who logs in
	me             TEXT   NOT NULL, -- what was typed, then what was proven
	chain          TEXT   NOT NULL, -- addresses that it led to, one a line
	verifier       TEXT   NOT NULL, -- whose hash the other site was shown
	issuer         TEXT   NOT NULL, -- empty: the other site does not say who it is
	authorize_at   TEXT   NOT NULL, -- its authorization endpoint
	back           TEXT   NOT NULL, -- the form that waits, signed
	proven_at      BIGINT NOT NULL, -- 0: not yet
	created_at     BIGINT NOT NULL
);
CREATE INDEX passages_created ON passages (created_at);
CREATE INDEX passages_account ON passages (account_id) WHERE account_id IS NOT NULL;

-- Who wants to be told when a page or feed of ours changes (WebSub, rssCloud).
CREATE TABLE subscriptions (
	id         [[id]],
	key        TEXT    NOT NULL, -- hash of protocol, topic and callback
	protocol   TEXT    NOT NULL, -- websub, rsscloud
	topic      TEXT    NOT NULL, -- path on this site
	account_id BIGINT  REFERENCES accounts (id) ON DELETE CASCADE, -- whose doing changes it; NULL: anybody's
	callback   TEXT    NOT NULL,
	peer       TEXT    NOT NULL, -- site of the callback
	secret     TEXT    NOT NULL,
	sent       TEXT    NOT NULL, -- tag of what was last delivered
	failures   INTEGER NOT NULL, -- deliveries given up in a row
	expires_at BIGINT  NOT NULL,
	created_at BIGINT  NOT NULL
);
CREATE UNIQUE INDEX subscriptions_key ON subscriptions (key);
CREATE INDEX subscriptions_account ON subscriptions (account_id, id);
CREATE INDEX subscriptions_peer ON subscriptions (peer);
CREATE INDEX subscriptions_expires ON subscriptions (expires_at);

-- Feeds of an account's own sites, whose items become its statuses.
CREATE TABLE sources (
	id          [[id]],
	account_id  BIGINT  NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	key         TEXT    NOT NULL, -- in the address that hub or cloud call: another one for each subscription
	address     TEXT    NOT NULL, -- of a page or a feed, as its owner gave it
	feed        TEXT    NOT NULL, -- empty: nobody has found it yet
	title       TEXT    NOT NULL,
	proof       TEXT    NOT NULL, -- address of the page, feed or identity that proves it; empty: it is not proven
	proven_at   BIGINT  NOT NULL,
	etag        TEXT    NOT NULL, -- as it was sent
	modified    TEXT    NOT NULL, -- Last-Modified, as it was sent
	protocol    TEXT    NOT NULL, -- websub, rsscloud; empty: it is polled alone
	hub         TEXT    NOT NULL, -- where that takes subscriptions
	topic       TEXT    NOT NULL, -- the feed's own address of itself
	secret      TEXT    NOT NULL,
	lease_until BIGINT  NOT NULL, -- of hub or cloud; 0: none
	follow_at   BIGINT  NOT NULL, -- when hub or cloud is asked again
	problem     TEXT    NOT NULL, -- key of the sentence
	failures    INTEGER NOT NULL, -- looks in a row that saw nothing
	quiet       INTEGER NOT NULL, -- looks in a row that found nothing new
	fetched_at  BIGINT  NOT NULL,
	due_at      BIGINT  NOT NULL,
	created_at  BIGINT  NOT NULL,
	stopped_at  BIGINT  NOT NULL -- its owner took it away: it only waits until its hub knows
);
CREATE UNIQUE INDEX sources_key ON sources (key);
CREATE UNIQUE INDEX sources_address ON sources (account_id, address) WHERE stopped_at = 0;
CREATE INDEX sources_due ON sources (due_at);
CREATE INDEX sources_follow ON sources (follow_at);
CREATE INDEX sources_stopped ON sources (stopped_at) WHERE stopped_at > 0;

-- Items that were seen in a feed. They outlive its source: what came once never comes again.
CREATE TABLE imports (
	account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	feed       TEXT   NOT NULL, -- hash of its address, without scheme
	guid       TEXT   NOT NULL, -- hash
	link       TEXT   NOT NULL, -- hash of its address, without scheme; empty: it has none
	status_id  BIGINT REFERENCES statuses (id) ON DELETE SET NULL,
	hash       TEXT   NOT NULL, -- of what it said; empty: it was left out for good
	PRIMARY KEY (account_id, feed, guid)
)[[clustered]];
CREATE INDEX imports_status ON imports (status_id) WHERE status_id IS NOT NULL;
CREATE INDEX imports_link ON imports (account_id, link) WHERE link <> '';

-- Links of an account, its home page among them, and whether the page there leads back to it (rel=me).
CREATE TABLE proofs (
	account_id  BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	address     TEXT   NOT NULL,
	verified_at BIGINT NOT NULL, -- since when it leads back; 0: it does not
	checked_at  BIGINT NOT NULL, -- 0: nobody has looked yet
	problem     TEXT   NOT NULL, -- key of the sentence that says what the last look found
	due_at      BIGINT NOT NULL, -- when it is looked at again
	PRIMARY KEY (account_id, address)
)[[clustered]];
CREATE INDEX proofs_due ON proofs (due_at);
INSERT INTO proofs SELECT account_id, address, 0, 0, '', 0 FROM links WHERE address <> ''
	UNION SELECT id, homepage, 0, 0, '', 0 FROM accounts WHERE host = '' AND homepage <> '';

ALTER TABLE site ADD COLUMN pingback BOOLEAN NOT NULL DEFAULT FALSE; -- XML-RPC pingbacks are taken
