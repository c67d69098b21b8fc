package handlers_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"marquee/tests/kit"
)

// TestMicropubWithCurl: what docs/micropub.md shows is what happens.
func TestMicropubWithCurl(t *testing.T) {
	t.Parallel()
	program := kit.Tool(t, "curl")
	c := newClient(t)
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, "soup.jpg"), kit.Photo(t, 200, 150), 0o600))
	manual, err := os.ReadFile("../docs/micropub.md")
	must(t, err)
	location := ""
	for command := range strings.SplitSeq(string(manual), "\n\tcurl ") {
		command, _, _ = strings.Cut(command, "\n\n")
		if !strings.Contains(command, "TOKEN") || strings.HasPrefix(command, "#") {
			continue
		}
		command = strings.NewReplacer("TOKEN", c.secret, "https://marquee.example", c.URL, "/~ada/17", location).Replace(command)
		shell := exec.CommandContext(t.Context(), "sh", "-c", program+" -sS -i "+command)
		shell.Dir = folder
		out, err := shell.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s\n%s", err, command, out)
		}
		head, _, _ := strings.Cut(string(out), "\r\n\r\n")
		head, _ = strings.CutPrefix(head, "HTTP/1.1 100 Continue\r\n\r\n")
		if !strings.HasPrefix(head, "HTTP/1.1 20") {
			t.Errorf("%s\n%s", command, out)
		}
		for line := range strings.SplitSeq(string(out), "\r\n") {
			if to, ok := strings.CutPrefix(line, "Location: "+c.URL); ok && strings.HasPrefix(to, "/~ada/") {
				location = to
				has(t, status(t, c.v.Get(to), 200), `<main id="main" class="h-entry">`)
			}
		}
	}
	if location == "" {
		t.Error("nothing was posted")
	}
}
