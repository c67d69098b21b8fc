package models

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"gorm.io/gorm"

	"marquee/safe"
)

// Limits of what is shown of a page elsewhere, in graphemes.
const (
	contextWords  = 280
	contextTitle  = 120
	contextAuthor = 60
)

// Context is what a status answers elsewhere, as that page said it when it was read.
type Context struct {
	StatusID    int64
	Author      string // name, empty: unknown
	AuthorURL   string
	PictureID   *int64 // of the author
	Title       string // empty: it has none
	HTML        string // its first words
	PublishedAt Instant
	SeenAt      Instant
	Problem     string // key of the sentence that says why nothing is known

	Hash, Type string `gorm:"->"` // of the picture's file
}

type contextJob struct{ Status int64 }

// Known reports whether there is anything to show.
func (c *Context) Known() bool { return c != nil && c.Author+c.Title+c.HTML != "" }

// PicturePath is the address of the author's picture on this site, 48 pixels square; empty when there is none.
func (c *Context) PicturePath() string {
	if c.Hash == "" {
		return ""
	}
	return filePath(c.Hash, c.Type)
}

// AnsweredHost is the site of what a status answers elsewhere, as people call it: without www.
func (st *Status) AnsweredHost() string { return calledHost(st.ReplyURL) }

// OriginHost is the site where a status was written first, as people call it.
func (st *Status) OriginHost() string { return calledHost(st.Origin) }

func calledHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// lookUp has a job see what a public status answers elsewhere; a private one asks nobody.
func (s *Store) lookUp(tx *gorm.DB, st *Status) error {
	if st.ReplyURL == "" || st.Visibility != Public {
		return nil
	}
	_, err := s.enqueueTo(tx, st.ReplyURL, JobContext, contextJob{st.ID}, s.instant())
	return err
}

// ContextToRead is the status that a job of JobContext is about and the address that it answers; empty when there is none to
// read any more or not for now, or it was read before.
func (s *Store) ContextToRead(ctx context.Context, j Job) (status int64, address string, err error) {
	var job contextJob
	if err := j.decode(&job); err != nil {
		return 0, "", err
	}
	err = s.read.WithContext(ctx).Raw(`SELECT reply_url FROM statuses WHERE id = ? AND withdrawn_at = 0 AND visibility = 'public'
		AND NOT EXISTS (SELECT 1 FROM contexts WHERE status_id = ? AND problem = '')`, job.Status, job.Status).Scan(&address).Error
	return job.Status, address, err
}

// KeepContext shows from now on what a status answers, wherever it is shown itself. The words in c are as they were found: as HTML,
// not clean; file is the author's picture, nil for none. What is known is kept when there is a problem now.
func (s *Store) KeepContext(ctx context.Context, c Context, file *PictureFile) error {
	c.clean()
	return s.tx(ctx, func(tx *gorm.DB) error {
		var st []Status
		err := tx.Raw("SELECT * FROM statuses WHERE id = ? AND withdrawn_at = 0 AND reply_url <> ''"+s.locking("NO KEY UPDATE"), c.StatusID).Scan(&st).Error
		if err != nil || len(st) == 0 {
			return err
		}
		var before []Context
		if err := tx.Raw("SELECT * FROM contexts WHERE status_id = ?", c.StatusID).Scan(&before).Error; err != nil {
			return err
		}
		known := len(before) > 0 && before[0].Known()
		if known && !c.Known() {
			return nil
		}
		if err := s.saveContext(tx, &st[0], c, file); err != nil || !known && !c.Known() {
			return err
		}
		return touchLook(tx, &st[0])
	})
}

// clean makes what a stranger's page said short and harmless.
func (c *Context) clean() {
	c.Author = safe.Excerpt(c.Author, contextAuthor)
	c.Title = safe.Excerpt(c.Title, contextTitle)
	c.AuthorURL, _ = safe.URL(c.AuthorURL)
	c.HTML = safe.Rich(safe.Excerpt(safe.Untagged(c.HTML), contextWords), safe.Links{})
	if !c.Known() && c.Problem == "" {
		c.Problem = "error.web_wordless"
	}
	if c.Author == "" {
		c.AuthorURL = ""
	}
}

// saveContext writes what is known and, with a picture, that it is in use.
func (s *Store) saveContext(tx *gorm.DB, st *Status, c Context, file *PictureFile) error {
	if err := s.dropContext(tx, st.ID); err != nil {
		return err
	}
	if c.PictureID = nil; file != nil {
		picture, err := s.hangFile(tx, pictureAuthor, st.AccountID, file)
		if err != nil {
			return err
		}
		c.PictureID = &picture
	}
	return tx.Exec(`INSERT INTO contexts (status_id, author, author_url, picture_id, title, html, published_at, seen_at, problem)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, st.ID, c.Author, c.AuthorURL, c.PictureID, c.Title, c.HTML, c.PublishedAt, s.instant(), c.Problem).Error
}

// dropContext forgets what a status answers elsewhere, and the picture of who said it.
func (s *Store) dropContext(tx *gorm.DB, status int64) error {
	var pictures []int64
	err := tx.Raw("DELETE FROM contexts WHERE status_id = ? RETURNING COALESCE(picture_id, 0)", status).Scan(&pictures).Error
	if err != nil || len(pictures) == 0 || pictures[0] == 0 {
		return err
	}
	return s.dropPictures(tx, "id = ?", pictures[0])
}

// touchLook marks every page that shows a status as changed. Feeds may show it otherwise, but have nothing new, and their times stay: the
// status itself says what it said. Rows are locked as by touchStatus.
func touchLook(tx *gorm.DB, st *Status) error {
	if st.Visibility != Public {
		return nil
	}
	if err := exec(tx, "UPDATE marks SET revision = revision + 1 WHERE stripe = ?", st.AccountID%stripes); err != nil {
		return err
	}
	accounts, err := answerers(tx, st)
	if err != nil {
		return err
	}
	accounts = append(accounts, st.AccountID)
	slices.Sort(accounts)
	for _, account := range slices.Compact(accounts) {
		if err := touchPage(tx, account, 0, false); err != nil {
			return err
		}
	}
	return nil
}

// withContexts fills in what statuses answer elsewhere: one query for any number, none when none does.
func (s *Store) withContexts(ctx context.Context, list []*Status) error {
	var ids []int64
	for _, st := range list {
		if st.ReplyURL != "" {
			ids = append(ids, st.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var found []Context
	err := s.read.WithContext(ctx).Raw(`SELECT c.*, COALESCE(f.hash, '') AS hash, COALESCE(f.type, '') AS type FROM contexts c LEFT JOIN pictures p ON p.id = c.picture_id
		LEFT JOIN picture_files f ON f.hash = p.hash WHERE c.status_id IN ?`, ids).Scan(&found).Error
	byID := map[int64]*Context{}
	for i := range found {
		byID[found[i].StatusID] = &found[i]
	}
	for _, st := range list {
		st.Context = byID[st.ID]
	}
	return err
}
