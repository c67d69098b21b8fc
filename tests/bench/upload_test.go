package bench

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

var formToken = regexp.MustCompile(`name="token" value="([^"]+)"`)

// BenchmarkUploads sends the real program twenty photographs of 24 megapixels at once, each by its own connection, and
// reports the most memory it held (Linux). All must be answered with a status that shows the picture.
func BenchmarkUploads(b *testing.B) {
	file := encoded(b, camera(b, "coffee", 6000, 4000), 92)
	database := filepath.Join(b.TempDir(), "marquee.db")
	s := open(b, database)
	session, err := s.StartSession(b.Context(), kit.SignUp(b, s, "ada"), "a benchmark", "here")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		pid, site, _ := launch(b, database)
		token := formToken.FindStringSubmatch(ask(b, http.MethodGet, site+"/reading", "", nil, session))
		began := time.Now()
		var senders sync.WaitGroup
		for range 20 {
			senders.Go(func() {
				form, kind := photoForm(token[1], file)
				ask(b, http.MethodPost, site+"/statuses", kind, form, session)
			})
		}
		senders.Wait()
		b.ReportMetric(time.Since(began).Seconds(), "s/20-uploads")
		b.ReportMetric(float64(len(file))/(1<<20), "MB-each")
		b.ReportMetric(memory(b, pid, "VmHWM:"), "MB-at-most")
	}
	page, err := s.Read(b.Context(), nil, models.Pictures())
	if err != nil || len(page.Statuses) != 20 {
		b.Errorf("%d pictures were published: %v", len(page.Statuses), err)
	}
}

func photoForm(token string, file []byte) (io.Reader, string) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("token", token) // a buffer takes everything
	w, _ := form.CreateFormFile("picture", "photo.jpg")
	_, _ = w.Write(file)
	_ = form.Close()
	return &body, form.FormDataContentType()
}

// ask returns the body of an answer that is neither refused nor broken.
func ask(b *testing.B, method, address, kind string, body io.Reader, session string) string {
	request, err := http.NewRequestWithContext(b.Context(), method, address, body)
	if err != nil {
		b.Error(err)
		return ""
	}
	request.Header.Set("Cookie", "s="+session)
	request.Header.Set("Content-Type", kind)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	if err != nil {
		b.Error(err)
		return ""
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 400 {
		b.Errorf("%s: %d %v", address, answer.StatusCode, err)
	}
	return string(text)
}
