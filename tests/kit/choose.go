package kit

import "github.com/chromedp/chromedp"

// Choose picks a file for the file field that a CSS selector finds.
func (b *Tab) Choose(css, file string) {
	b.t.Helper()
	do(b, "choose a file for "+css, chromedp.SetUploadFiles(chromedp.CSS(css), []string{file}))
}
