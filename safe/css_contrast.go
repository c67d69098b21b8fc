package safe

import (
	"image/color"
	"math"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"
)

// Contrast is a rule of a stylesheet whose text is hard to read on its ground.
type Contrast struct {
	Selector string
	Ratio    float64 // of WCAG 2.2 §1.4.3, from 1 to 21; 4.5 is easy to read
}

const (
	contrastLeast = 4.5
	contrastsMost = 8
)

var (
	cssRule  = regexp.MustCompile(`(?m)^([^@{}\n]+)\{([^{}\n]*)\}$`)
	cssColor = regexp.MustCompile(`(?i)#[0-9a-f]{3,8}\b|rgb\(\s*\d+[ ,]+\d+[ ,]+\d+\s*\)|\b[a-z]+\b`)
)

// CSSContrasts finds text that is hard to read in a sheet that [CSS] made under a scope: rules that set a colour and its
// ground, and boxes whose ground takes the text of the whole page. It is a hint: what stands on a picture or on a gradient,
// or in a colour that is computed, it does not know.
func CSSContrasts(sheet, scope string) (list []Contrast) {
	rules := map[string][2]*color.RGBA{}
	var order []string
	for _, match := range cssRule.FindAllStringSubmatch(sheet, -1) {
		ink, ground := cssPaints(match[2])
		for selector := range strings.SplitSeq(match[1], ",") {
			pair, known := rules[selector]
			if !known {
				order = append(order, selector)
			}
			if ink != nil {
				pair[0] = ink
			}
			if ground != nil {
				pair[1] = ground
			}
			rules[selector] = pair
		}
	}
	page := rules[scope][0]
	for _, selector := range order {
		pair := rules[selector]
		if pair[0] == nil && cssTakesInk(strings.TrimPrefix(selector, scope)) {
			pair[0] = page
		}
		if pair[0] == nil || pair[1] == nil || len(list) == contrastsMost {
			continue
		}
		if ratio := contrast(*pair[0], *pair[1]); ratio < contrastLeast {
			name := strings.TrimSpace(strings.TrimPrefix(selector, scope))
			if name == "" {
				name = "body"
			}
			list = append(list, Contrast{name, math.Round(ratio*10) / 10})
		}
	}
	return list
}

// cssTakesInk reports whether a box shows the text of the whole page on a ground of its own.
func cssTakesInk(selector string) bool {
	switch strings.TrimSpace(selector) {
	case "main", ".container", ".inner", ".profile", ".url-info", ".blurbs", ".status", ".right", ".left":
		return true
	}
	return false
}

// cssPaints is the text's colour and its ground that a rule sets, nil where it sets none that is known.
func cssPaints(declarations string) (ink, ground *color.RGBA) {
	for declaration := range strings.SplitSeq(declarations, ";") {
		name, value, _ := strings.Cut(declaration, ":")
		switch name {
		case "color":
			ink = cssPaint(value)
		case "background", "background-color":
			if ground = nil; !strings.Contains(value, "(") || strings.Contains(value, "rgb(") {
				ground = cssPaint(value)
			}
		}
	}
	return ink, ground
}

// cssPaint is the first opaque colour of a value (CSS Color 4 §5 and §6.1).
func cssPaint(value string) *color.RGBA {
	for _, word := range cssColor.FindAllString(strings.ToLower(value), -1) {
		if c, ok := colornames.Map[word]; ok {
			return &c
		}
		var parts []string
		switch {
		case len(word) == 4 && word[0] == '#':
			parts = []string{word[1:2] + word[1:2], word[2:3] + word[2:3], word[3:] + word[3:]}
		case len(word) == 7 && word[0] == '#':
			parts = []string{word[1:3], word[3:5], word[5:]}
		case strings.HasPrefix(word, "rgb("):
			for part := range strings.FieldsFuncSeq(word[4:len(word)-1], func(r rune) bool { return r == ' ' || r == ',' }) {
				n, _ := strconv.Atoi(part)
				parts = append(parts, strconv.FormatInt(int64(min(n, 255)), 16))
			}
		default:
			continue
		}
		var levels [3]uint8
		for i, part := range parts {
			n, _ := strconv.ParseUint(part, 16, 8)
			levels[i] = uint8(n)
		}
		return &color.RGBA{levels[0], levels[1], levels[2], 255}
	}
	return nil
}

// contrast is the contrast ratio of two colours (WCAG 2.2, "contrast ratio" and "relative luminance").
func contrast(a, b color.RGBA) float64 {
	light, dark := luminance(a), luminance(b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

func luminance(c color.RGBA) float64 {
	level := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*level(c.R) + 0.7152*level(c.G) + 0.0722*level(c.B)
}
