package models

import "gorm.io/gorm"

// pastImport is a row of imports.
type pastImport struct {
	Feed, GUID, Link, Hash string
	StatusID               *int64
}

// pastImports is what is known already of the items of a feed.
type pastImports struct {
	account int64
	feed    string                  // see feedKey
	first   bool                    // none of the feed is known
	names   map[string]pastImport   // those of the feed by their keys
	links   map[string][]pastImport // those of any feed of the account by their links
}

func (s *Store) pastImports(tx *gorm.DB, src *Source, items []Import) (*pastImports, error) {
	p := &pastImports{src.AccountID, feedKey(src.Feed), false, map[string]pastImport{}, map[string][]pastImport{}}
	var kept int
	if err := tx.Raw("SELECT COUNT(*) FROM (SELECT 1 FROM imports WHERE account_id = ? AND feed = ? LIMIT 1) AS kept", p.account, p.feed).Scan(&kept).Error; err != nil {
		return nil, err
	}
	p.first = kept == 0
	names, links := []string{""}, []string{""}
	for _, i := range items {
		names, links = append(names, i.key()), append(links, i.linkKey())
	}
	var named, linked []pastImport
	err := tx.Raw("SELECT * FROM imports WHERE account_id = ? AND feed = ? AND guid IN ?", p.account, p.feed, names).Scan(&named).Error
	if err != nil {
		return nil, err
	}
	for _, r := range named {
		p.names[r.GUID] = r
	}
	err = tx.Raw("SELECT * FROM imports WHERE account_id = ? AND link IN ? AND link <> ''", p.account, links).Scan(&linked).Error
	for _, r := range linked {
		p.links[r.Link] = append(p.links[r.Link], r)
	}
	return p, err
}

// add notes what was written just now.
func (p *pastImports) add(r pastImport) {
	p.names[r.GUID] = r
	if r.Link != "" {
		p.links[r.Link] = append(p.links[r.Link], r)
	}
}

// find is what is known of an item. One whose name is new but whose link is not takes over from the only other of its feed there, whose
// name the feed has no more: its site only calls it otherwise now.
func (p *pastImports) find(tx *gorm.DB, i *Import) (r pastImport, seen bool, err error) {
	name, link := i.key(), i.linkKey()
	if r, seen = p.names[name]; seen {
		return r, true, nil
	}
	found := 0
	for _, other := range p.links[link] {
		if other.Feed == p.feed {
			r = other
			found++
		}
	}
	if _, there := p.names[r.GUID]; found != 1 || there || r.StatusID == nil || r.Hash == "" {
		return pastImport{}, false, nil
	}
	err = tx.Exec("UPDATE imports SET guid = ? WHERE account_id = ? AND feed = ? AND guid = ?", name, p.account, p.feed, r.GUID).Error
	r.GUID = name
	p.names[name] = r
	return r, true, err
}

// moveImports takes what is known of the items of a source along when its feed has moved for good. What is not a status yet is taken
// anew, under the new name.
func moveImports(tx *gorm.DB, from, to *Source) error {
	before, after := feedKey(from.Feed), feedKey(to.Feed)
	if from.Feed == "" || before == after {
		return nil
	}
	to.ETag, to.Modified = "", ""
	err := tx.Exec("DELETE FROM imports WHERE account_id = ? AND feed = ? AND status_id IS NULL AND hash <> ''", to.AccountID, before).Error
	if err != nil {
		return err
	}
	return tx.Exec(`UPDATE imports SET feed = ? WHERE account_id = ? AND feed = ? AND NOT EXISTS (
		SELECT 1 FROM imports AS there WHERE there.account_id = imports.account_id AND there.feed = ? AND there.guid = imports.guid)`,
		after, to.AccountID, before, after).Error
}
