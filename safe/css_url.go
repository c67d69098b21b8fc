package safe

import (
	"regexp"
	"strings"
)

var (
	// cssPath is a picture of this site. It has one dot, so that it leads nowhere up, and no place for a question.
	cssPath = regexp.MustCompile(`^(/[A-Za-z0-9_-]+)+\.(jpg|jpeg|png|gif|webp)$`)
	// cssData is a picture in the sheet itself. Never SVG: that is a document.
	cssData = regexp.MustCompile(`^data:image/(png|gif|jpeg|webp);base64,([A-Za-z0-9+/]+={0,2})$`)
)

// picture writes the address of a picture. In a background of several things one that may not be used becomes "none", and the
// colour of the page stays: so most old sheets survive without their pictures.
func (v *cssValue) picture(n *cssNode, address string, depth int) bool {
	if depth > 0 || !v.may("url") {
		return v.refuse(n.at, "css.url_place", v.property, 0)
	}
	if !v.ours(n, address) {
		v.out = append(v.out, "none"...)
		return v.property == "background"
	}
	v.out = append(append(append(v.out, `url("`...), address...), `")`...)
	return true
}

// ours reports whether a page may show the picture at an address. Nothing that it lets through needs an escape.
func (v *cssValue) ours(n *cssNode, address string) bool {
	switch {
	case strings.HasPrefix(strings.ToLower(address), "data:"):
		return v.dataOurs(n, address)
	case len(address) > maxCSSPath || !cssPath.MatchString(address):
		return v.refuse(n.at, "css.url", address, 0)
	case v.own == nil || !v.own(address):
		return v.refuse(n.at, "css.url_own", address, 0)
	}
	return true
}

// dataOurs is ours for a picture in the sheet itself.
func (v *cssValue) dataOurs(n *cssNode, address string) bool {
	found := cssData.FindStringSubmatch(address)
	if found == nil {
		return v.refuse(n.at, "css.data", "", 0)
	}
	data := found[2]
	if len(data) > maxCSSData<<10 {
		return v.refuse(n.at, "css.data_size", "", maxCSSData)
	}
	if v.data+len(data) > maxCSSAllData<<10 {
		return v.refuse(n.at, "css.data_all", "", maxCSSAllData)
	}
	v.data += len(data)
	return true
}
