package models

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"marquee/safe"
)

const (
	mediaPath = "/media/"
	tagsOfOwn = 200 // statuses of an account whose tags OwnTags knows
)

// MediaPath is the address of a picture for the program that sent it: by its key, which nobody can guess, also while no status
// shows it yet.
func (p *Picture) MediaPath() string { return mediaPath + p.Key + extensions[p.Type] }

// File is what a picture is made of, for everybody who knows its key.
func (p *Picture) File() *PictureFile {
	return &PictureFile{Hash: p.Hash, Type: p.Type, Width: p.Width, Height: p.Height, Size: p.Size, Public: true}
}

// Waits reports whether no status shows the picture yet.
func (p *Picture) Waits() bool { return p.Kind == pictureWaiting }

// MediaPicture is the picture of that name, "KEY.png", in MediaPath; Missing when there is none, or none any more.
func (s *Store) MediaPicture(ctx context.Context, name string) (*Picture, error) {
	key, extension, _ := strings.Cut(name, ".")
	var found []Picture
	err := s.read.WithContext(ctx).Raw("SELECT "+pictureColumns+" WHERE p.key = ?", storable(key)).Scan(&found).Error
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0 || extensions[found[0].Type] != "."+extension:
		return nil, errNoPicture
	}
	return &found[0], nil
}

// LastMedia is the newest picture of the account that no status shows yet; nil when there is none.
func (s *Store) LastMedia(ctx context.Context, by *Account) (*Picture, error) {
	var found []Picture
	err := s.read.WithContext(ctx).Raw("SELECT "+pictureColumns+" WHERE p.account_id = ? AND p.kind = ? ORDER BY p.id DESC LIMIT 1", by.ID, pictureWaiting).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// PictureAt is the picture at an address, for a draft of the account: one that waits here under its MediaPath, a copy of
// one that a status here shows, or what another site has there, taken like an upload.
func (s *Store) PictureAt(ctx context.Context, by *Account, network, address string) (*Picture, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errPhotoAddress
	}
	if !s.fetcher.Ours(address) {
		body, err := s.fetchPhoto(ctx, address)
		if err != nil {
			return nil, err
		}
		return s.TakePicture(ctx, by, network, bytes.NewReader(body), safe.PictureWish{})
	}
	name, shown := strings.CutPrefix(u.Path, picturesPath)
	if media, ok := strings.CutPrefix(u.Path, mediaPath); ok {
		p, err := s.MediaPicture(ctx, media)
		if err != nil || p.Waits() && !p.usableBy(by) {
			return nil, errPictureLost
		}
		if p.Waits() {
			return p, nil
		}
		name, shown = strings.TrimPrefix(p.Path(), picturesPath), true
	}
	if !shown {
		return nil, errPhotoAddress
	}
	return s.copyPicture(ctx, by, name)
}

// copyPicture is another use of a picture that the account may see.
func (s *Store) copyPicture(ctx context.Context, by *Account, name string) (*Picture, error) {
	file, err := s.PictureFile(ctx, by, name)
	if err == nil {
		err = s.ReadPicture(ctx, file)
	}
	if IsKind(err, Missing) || IsKind(err, Gone) {
		return nil, errPictureLost
	}
	if err != nil {
		return nil, err
	}
	if err := s.mayUpload(ctx, by, ""); err != nil {
		return nil, err
	}
	return s.keepWaiting(ctx, by, safe.Squeezed{Body: file.Body, Type: file.Type, Width: file.Width, Height: file.Height})
}

var (
	errPhotoAddress = invalid("photo", "error.photo_address")
	errPhotoAway    = invalid("photo", "error.photo_away")
)

// fetchPhoto is the bytes of a picture somewhere else. Whatever goes wrong there is a refusal: who posts may try again.
func (s *Store) fetchPhoto(ctx context.Context, address string) ([]byte, error) {
	got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: address, Accept: "image/jpeg,image/png,image/gif,image/webp,image/avif,image/*;q=0.5", Most: safe.PictureSizeMost})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, safe.ErrFetchURL), errors.Is(err, safe.ErrFetchPrivate), errors.Is(err, safe.ErrFetchRedirects):
		return nil, errPhotoAddress
	case errors.Is(err, safe.ErrFetchHeavy):
		return nil, ErrPictureHeavy
	case err != nil || got.Status != http.StatusOK:
		return nil, errPhotoAway
	}
	return got.Body, nil
}

// OwnTags is the tags of what the account said last in public, those of the newest first, each once.
func (s *Store) OwnTags(ctx context.Context, by *Account) ([]string, error) {
	var list []string
	err := s.read.WithContext(ctx).Raw(`SELECT l.word FROM (SELECT id, published_at FROM statuses WHERE account_id = ? AND visibility = 'public' AND withdrawn_at = 0
		ORDER BY published_at DESC, id DESC LIMIT ?) latest JOIN labels l ON l.status_id = latest.id WHERE l.kind = ?`, by.ID, tagsOfOwn, TagLabel).Scan(&list).Error
	seen, tags := map[string]bool{}, []string{}
	for _, word := range list {
		if !seen[word] {
			seen[word] = true
			tags = append(tags, word)
		}
	}
	return tags, err
}
