package views_test

import (
	"marquee/models"
	"marquee/safe"
)

// layouts are a person's, one of ours, and one that was withdrawn by somebody who left.
func layouts() []models.Layout {
	one := int64(1)
	return []models.Layout{
		{ID: 3, AccountID: &one, Author: "ada", Title: "Moon <b>", Words: "by & night", FromID: &one, PublishedAt: noon},
		{ID: 1, Key: models.HouseLayouts()[0], PublishedAt: 1000},
		{ID: 2, Title: "Gone", WithdrawnAt: noon, PublishedAt: noon},
	}
}

// left is what safe.CSS says of a sheet with everything wrong.
var left = []safe.CSSProblem{{Line: 2, Key: "css.property", Word: "<behavior>"}, {Key: "css.more", Most: 100}}

// all is a profile that says everything.
var all = models.Profile{
	Bio: "me", Homepage: "https://ada.example/", Birthday: "02-29", Language: "fr",
	Blurbs: models.Blurbs{MeetHTML: "<p>moths</p>", Music: "bells", Song: "Light", SongArtist: "The <Doors>", SongLink: "https://song.example/", Reading: "a book"},
	Links:  [models.LinksMost]models.ProfileLink{{Label: "shop", Address: "https://shop.example/"}, {Address: "https://bare.example/"}},
}
