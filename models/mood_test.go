package models

import (
	"strings"
	"testing"
	"unicode"
)

func TestMoodTree(t *testing.T) {
	tree := MoodTree()
	if len(tree) != 24 {
		t.Errorf("%d moods own a face, want 24", len(tree))
	}

	owner := map[string]string{} // face → mood
	seen := map[string]bool{}
	see := func(mood Mood) {
		if seen[mood.Key] {
			t.Errorf("%s stands in the tree twice", mood.Key)
		}
		seen[mood.Key] = true
		if found, ok := MoodOf(mood.Key); !ok || found != mood {
			t.Errorf("MoodOf(%q) = %v, %v; the tree says %v", mood.Key, found, ok, mood)
		}
	}
	for _, family := range tree {
		see(family.Mood)
		if family.Parent != "" {
			t.Errorf("%s has the parent %s, want none", family.Key, family.Parent)
		}
		if face := []rune(family.Face); len(face) != 1 || !unicode.Is(unicode.So, face[0]) {
			t.Errorf("the face of %s is %q, want a single emoji", family.Key, family.Face)
		}
		if other := owner[family.Face]; other != "" {
			t.Errorf("%s and %s share the face %s", other, family.Key, family.Face)
		}
		owner[family.Face] = family.Key

		if n := len(family.Children); n < 4 || n > 5 {
			t.Errorf("%s has %d children, want 4 or 5", family.Key, n)
		}
		for _, child := range family.Children {
			see(child)
			if child.Parent != family.Key || child.Face != family.Face {
				t.Errorf("%v does not inherit from %v", child, family.Mood)
			}
		}
	}
	if n := len(seen); n < 118 || n > 126 {
		t.Errorf("the tree has %d moods, want about 120", n)
	}
}

func TestMoodOf(t *testing.T) {
	for key, parent := range map[string]string{"cosy": "", "snug": "cosy", "content": "happy"} {
		if mood, ok := MoodOf(key); !ok || mood.Parent != parent {
			t.Errorf("MoodOf(%q) = %v, %v; want the parent %q", key, mood, ok, parent)
		}
	}
	for _, key := range []string{"", "Cosy", "cosy ", "beige"} {
		if mood, ok := MoodOf(key); ok {
			t.Errorf("MoodOf(%q) = %v, want none", key, mood)
		}
	}
}

func TestBrokenMoods(t *testing.T) {
	happy := "[[mood]]\nkey = 'happy'\nface = '😊'\n"
	for name, c := range map[string]struct{ file, want string }{
		"empty":     {"", "no mood"},
		"not TOML":  {"[[mood", "toml"},
		"no face":   {"[[mood]]\nkey = 'happy'", "no face"},
		"bad key":   {happy + "children = ['so-so']", "2 to 20 letters"},
		"twice":     {happy + "children = ['happy']", "twice"},
		"two homes": {happy + "children = ['calm']\n" + strings.ReplaceAll(happy, "happy", "calm"), "twice"},
		"a typo":    {happy + "childen = ['calm']", "childen"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readMoods(c.file)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want one that says %q", err, c.want)
			}
		})
	}
}
