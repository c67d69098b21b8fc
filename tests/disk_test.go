package tests

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// onSmallDisk starts the site on a file system of its own, of so many megabytes, with a copy of the database in it. It
// returns the path by which the test reaches that file system.
func onSmallDisk(t *testing.T, database string, megabytes int) (*process, string) {
	t.Helper()
	folder := t.TempDir()
	if err := exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", folder).Run(); err != nil {
		t.Skipf("no file system of one's own can be made here: %v", err)
	}
	path, err := program()
	must(t, err)
	script := fmt.Sprintf("mount -t tmpfs -o size=%dm tmpfs %s && cp %s %s/marquee.db && cd %s && exec %s serve", megabytes, folder, database, folder, folder, path)
	p := start(t, exec.Command("unshare", "-rm", "sh", "-c", script), filepath.Join(folder, "marquee.db"), "TMPDIR="+folder)
	return p, fmt.Sprintf("/proc/%d/root%s", p.cmd.Process.Pid, folder)
}

// upload posts a status with a picture by the real form and returns the answer's status, where it leads, and its body.
func (o *poster) upload(p *process, text string, picture []byte) (int, string, string, error) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name, value := range map[string]string{"token": o.token, "text": text, "alt": "a drawing"} {
		if err := form.WriteField(name, value); err != nil {
			return 0, "", "", err
		}
	}
	w, err := form.CreateFormFile("picture", "a.png")
	if err == nil {
		_, err = w.Write(picture)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		return 0, "", "", err
	}
	request, err := http.NewRequest(http.MethodPost, p.url+"/statuses", &b)
	if err != nil {
		return 0, "", "", err
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.Header.Set("Cookie", o.cookie)
	response, err := o.client.Do(request)
	if err != nil {
		return 0, "", "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, strings.TrimPrefix(response.Header.Get("Location"), p.url), string(body), err
}

// hang is post with a picture.
func (o *poster) hang(p *process, text string, picture []byte) (path string, ok bool) {
	status, path, _, err := o.upload(p, text, picture)
	return path, err == nil && status == http.StatusSeeOther && permalink.MatchString(path)
}

// TestFullDisk fills the disk under uploads: a sentence beside what was typed, reading goes on, and so does writing when there
// is room again. Nothing acknowledged is lost, and no picture is half there.
func TestFullDisk(t *testing.T) {
	database := filepath.Join(t.TempDir(), "marquee.db")
	session := inhabit(t, database)
	p, disk := onSmallDisk(t, database, 6)
	o, err := newPoster(p, session)
	must(t, err)
	filler := filepath.Join(disk, "filler")
	acknowledged := map[string]string{}
	publish := func(text string, number int) (int, string) {
		text += hung
		status, where, body, err := o.upload(p, text, kit.Drawing(t, number))
		must(t, err)
		if status == http.StatusSeeOther {
			acknowledged[where] = text
		}
		return status, body
	}
	if status, body := publish("there is room", 1); status != http.StatusSeeOther {
		t.Fatalf("%d: %s", status, body)
	}
	file, err := os.Create(filler)
	must(t, err)
	for err == nil { // whatever is left
		_, err = file.Write(make([]byte, 4096))
	}
	must(t, file.Close())
	refused := 0
	for i := range 40 {
		status, body := publish(fmt.Sprintf("is there room for %d", i), 2+i)
		switch {
		case status == http.StatusSeeOther:
		case status == http.StatusServiceUnavailable && strings.Contains(body, fmt.Sprintf("is there room for %d%s</textarea>", i, hung)):
			refused++
		default:
			t.Fatalf("on a full disk: %d\n%s", status, body)
		}
		if front, _, err := o.send(http.MethodGet, p.url+"/", nil); err != nil || front.StatusCode != http.StatusOK {
			t.Fatalf("reading on a full disk: %v %v", front, err)
		}
	}
	if refused < 10 {
		t.Errorf("only %d of 40 were refused: the disk was not full", refused)
	}
	must(t, os.Remove(filler))
	if status, body := publish("there is room again", 50); status != http.StatusSeeOther {
		t.Errorf("%d: %s", status, body)
	}
	checkDisk(t, disk, acknowledged)
}

// checkDisk looks on a copy for every status that was acknowledged, with its picture.
func checkDisk(t *testing.T, disk string, acknowledged map[string]string) {
	t.Helper()
	saved := filepath.Join(t.TempDir(), "marquee.db")
	for _, suffix := range []string{"", "-wal"} {
		if body, err := os.ReadFile(filepath.Join(disk, "marquee.db"+suffix)); err == nil {
			must(t, os.WriteFile(saved+suffix, body, 0o600))
		}
	}
	checkAll(t, saved, acknowledged)
	s, err := models.Open(t.Context(), models.Options{Database: saved})
	must(t, err)
	defer s.Close()
	report, err := s.CheckPictures(t.Context(), func() {})
	if err != nil || len(report.Damaged) > 0 || report.Done != len(acknowledged) {
		t.Errorf("%d statuses with pictures, and %+v (%v)", len(acknowledged), report, err)
	}
}
