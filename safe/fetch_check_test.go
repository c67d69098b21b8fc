package safe

import (
	"errors"
	"testing"
)

// TestCheck: what can be known of an address before anybody is asked.
func TestCheck(t *testing.T) {
	f := fetcher(t, "127.0.0.0/8")
	for address, want := range map[string]error{
		"https://zoe.example/": nil, "http://127.0.0.1:8080/": nil, "http://93.184.216.34/": nil,
		"http://10.0.0.1/": ErrFetchPrivate, "https://192.168.1.1/": ErrFetchPrivate, "http://[::1]/": ErrFetchPrivate, "http://169.254.169.254/": ErrFetchPrivate,
		"https://zoe.onion/": ErrFetchURL, "http://localhost/": ErrFetchURL, "https://own.example/": ErrFetchURL, "http://93.184.216.34:22/": ErrFetchURL,
		"ftp://zoe.example/": ErrFetchURL,
	} {
		if err := f.Check(address); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", address, err, want)
		}
	}
	for address, want := range map[string]bool{"http://own.example/~ada": true, "https://OWN.example": true, "https://own.example.org/": false, "own.example": false, "": false} {
		if f.Ours(address) != want {
			t.Errorf("%q is ours: %t", address, !want)
		}
	}
}
