-- Pictures and what is drawn: avatars, buttons, the year of moods.

ALTER TABLE statuses ADD COLUMN picture_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN avatar TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN moods_private BOOLEAN NOT NULL DEFAULT FALSE;

-- What a picture is made of, by the hash of its bytes. When nothing shows it any more, its row stays without
-- them, so that its address can answer 410.
CREATE TABLE picture_files (
	hash    TEXT    PRIMARY KEY,
	type    TEXT    NOT NULL,
	width   INTEGER NOT NULL,
	height  INTEGER NOT NULL,
	size    INTEGER NOT NULL,
	object  TEXT    NOT NULL, -- its name in the bucket; empty: the bytes are here
	gone_at BIGINT  NOT NULL,
	body    [[bytes]] NOT NULL
);

-- Every use of a file: by a status, an avatar, a button, or by a form that is not finished yet.
CREATE TABLE pictures (
	id         [[id]],
	key        TEXT    NOT NULL,
	kind       TEXT    NOT NULL,
	account_id BIGINT  REFERENCES accounts (id) ON DELETE CASCADE,
	status_id  BIGINT  REFERENCES statuses (id) ON DELETE CASCADE,
	place      INTEGER NOT NULL,
	hash       TEXT    NOT NULL REFERENCES picture_files (hash),
	alt        TEXT    NOT NULL,
	created_at BIGINT  NOT NULL
);
CREATE UNIQUE INDEX pictures_key ON pictures (key);
CREATE INDEX pictures_hash ON pictures (hash);
CREATE INDEX pictures_account ON pictures (account_id, kind);
CREATE INDEX pictures_status ON pictures (status_id, place) WHERE status_id IS NOT NULL;
CREATE INDEX pictures_waiting ON pictures (created_at) WHERE kind = 'waiting';

-- The 88x31 button that an account made of itself.
CREATE TABLE designs (
	account_id BIGINT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
	top        TEXT NOT NULL,
	bottom     TEXT NOT NULL,
	fg         TEXT NOT NULL,
	bg         TEXT NOT NULL,
	edge       TEXT NOT NULL,
	face       TEXT NOT NULL,
	style      TEXT NOT NULL
);

-- The buttons of friends that an account keeps on its page.
CREATE TABLE buttons (
	id         [[id]],
	account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	picture_id BIGINT REFERENCES pictures (id) ON DELETE SET NULL,
	link       TEXT   NOT NULL,
	source     TEXT   NOT NULL, -- address of the image, empty when it was uploaded
	alt        TEXT   NOT NULL,
	problem    TEXT   NOT NULL, -- key of the sentence that says why there is no picture
	place      BIGINT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX buttons_account ON buttons (account_id, place, id);
CREATE INDEX buttons_picture ON buttons (picture_id) WHERE picture_id IS NOT NULL;
