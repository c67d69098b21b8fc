package models

import (
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"sync"

	"github.com/BurntSushi/toml"
)

// Mood is a base mood, one word of the mood tree. Parent is empty for a mood that owns its face; a child has its parent's.
type Mood struct{ Key, Parent, Face string }

// MoodFamily is a mood that owns its face, with the children that borrow it.
type MoodFamily struct {
	Mood
	Children []Mood
}

// MoodOf finds a mood by its key.
func MoodOf(key string) (Mood, bool) {
	mood, ok := moods().byKey[key]
	return mood, ok
}

// MoodTree lists the mood families in display order. It is shared: read it, don't change it.
func MoodTree() []MoodFamily {
	return moods().families
}

//go:embed moods.toml
var moodsFile string

// moods reads the tree at its first use. The file is part of the program, so a broken one is a bug in the program.
var moods = sync.OnceValue(func() moodTree {
	tree, err := readMoods(moodsFile)
	if err != nil {
		panic("models/moods.toml is broken: " + err.Error())
	}
	return tree
})

type moodTree struct {
	families []MoodFamily
	byKey    map[string]Mood
}

func readMoods(text string) (moodTree, error) {
	var file struct {
		Mood []struct {
			Key, Face string
			Children  []string
		}
	}
	meta, err := toml.Decode(text, &file)
	if err != nil {
		return moodTree{}, err
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return moodTree{}, fmt.Errorf("nothing is called %q here", unknown[0])
	}
	if len(file.Mood) == 0 {
		return moodTree{}, errors.New("it holds no mood")
	}

	tree := moodTree{byKey: map[string]Mood{}}
	for _, m := range file.Mood {
		if m.Face == "" {
			return moodTree{}, fmt.Errorf("the mood %q has no face", m.Key)
		}
		family := MoodFamily{Mood: Mood{Key: m.Key, Face: m.Face}}
		for _, key := range m.Children {
			family.Children = append(family.Children, Mood{Key: key, Parent: m.Key, Face: m.Face})
		}
		for _, mood := range append([]Mood{family.Mood}, family.Children...) {
			if err := tree.add(mood); err != nil {
				return moodTree{}, err
			}
		}
		tree.families = append(tree.families, family)
	}
	return tree, nil
}

// moodKey is the shape of a key, which stands in addresses: /mood/happy.
var moodKey = regexp.MustCompile(`^[a-z]{2,20}$`)

func (t moodTree) add(mood Mood) error {
	if !moodKey.MatchString(mood.Key) {
		return fmt.Errorf("the key %q is not 2 to 20 letters from a to z", mood.Key)
	}
	if _, taken := t.byKey[mood.Key]; taken {
		return fmt.Errorf("the mood %q stands there twice", mood.Key)
	}
	t.byKey[mood.Key] = mood
	return nil
}
