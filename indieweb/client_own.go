package indieweb

// ClientMetadata is what a client says of itself (IndieAuth §4.2.1, RFC 7591 §2).
type ClientMetadata struct {
	ID           string   `json:"client_id"`
	Name         string   `json:"client_name"`
	URI          string   `json:"client_uri"`
	Logo         string   `json:"logo_uri"`
	RedirectURIs []string `json:"redirect_uris"`
}

// OwnClient is what a site says of itself where its people log in; home is its address, without a slash at its end.
func OwnClient(home, name string) ClientMetadata {
	return ClientMetadata{
		ID: home + ClientPath, Name: name, URI: home + "/", Logo: home + "/favicon.ico", RedirectURIs: []string{home + RedirectPath},
	}
}
