package safe

import (
	"errors"
	"testing"
)

// TestCheck: what can be known of an address before anybody is asked.
func TestCheck(t *testing.T) {
	f := fetcher(t, "127.0.0.0/8")
	for want, addresses := range map[error][]string{
		nil: {"https://zoe.example/", "http://a.example:8080/", "http://127.0.0.1:8080/", "http://93.184.216.34/", "http://[2606:4700::1111]/"},
		ErrFetchPrivate: {
			"http://10.0.0.1/", "https://192.168.1.1/", "http://192.168.0.1:80/", "http://169.254.169.254/latest", "http://[::1]/", "http://[fd00::1]/",
			"http://[::ffff:10.0.0.1]/", "http://0.0.0.0/", "http://100.64.0.1/",
		},
		ErrFetchURL: {
			"https://zoe.onion/", "http://a.local/", "http://localhost/", "https://own.example/", "http://OWN.example:8080", "http://93.184.216.34:22/",
			"ftp://zoe.example/", "http://2130706433/", "http://u@a.example/", "x",
		},
	} {
		for _, address := range addresses {
			if err := f.Check(address); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", address, err, want)
			}
		}
	}
	for address, want := range map[string]bool{"http://own.example/~ada": true, "https://OWN.example": true, "https://own.example.org/": false, "own.example": false, "": false} {
		if f.Ours(address) != want {
			t.Errorf("%q is ours: %t", address, !want)
		}
	}
}
