package models_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

func topFriends(t *testing.T, s *kit.Store, a *models.Account) []models.Friend {
	t.Helper()
	list, err := s.TopFriends(t.Context(), a)
	ok(t, err)
	return list
}

func called(list []models.Friend) string {
	var names []string
	for _, f := range list {
		names = append(names, f.Called())
	}
	return strings.Join(names, " ")
}

func TestTopFriends(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob", "cat", "dan", "eve")
		ann, ctx := crowd[0], t.Context()
		for _, who := range []string{"~bob", " Cat ", "http://marquee.example/~dan/", "https://MARQUEE.example/%7Eeve/17", "zoe.example"} {
			before := again(t, s, ann).Revision
			ok(t, s.AddFriend(ctx, ann, who))
			if again(t, s, ann).Revision == before {
				t.Errorf("%q does not show", who)
			}
		}
		list := topFriends(t, s, ann)
		same(t, "in order", called(list), "~bob ~cat ~dan ~eve zoe.example")
		same(t, "links", list[0].Link()+" "+list[4].Link(), "/~bob https://zoe.example")
		same(t, "jobs", count(t, s, "SELECT COUNT(*) FROM jobs WHERE kind = 'friend'"), 1)
		for who, text := range map[string]string{
			"~ann": "error.friend_self", "http://marquee.example/~ann": "error.friend_self", "~bob": "error.friend_twice", "http://www.zoe.example/index.html": "error.friend_twice",
			"": "error.friend_who", "\x00 \xff": "error.friend_who", "javascript:alert(1)": "error.friend_who", "nobody_here": "error.friend_nobody",
			"https://marquee.example/rules": "error.friend_here", "https://marquee.example": "error.friend_here", "http://10.0.0.1/": "error.friend_private",
			"http://192.168.0.1:8080/": "error.friend_private", "http://localhost/": "error.friend_address", "http://zoe.onion/": "error.friend_address",
			"http://8.8.8.8:22/": "error.friend_address", strings.Repeat("a", 3000): "error.friend_who",
		} {
			if err := s.AddFriend(ctx, ann, who); !strings.Contains(fmt.Sprint(err), text) {
				t.Errorf("%.40q: %v, want %s", who, err, text)
			}
		}
		ok(t, s.RaiseFriend(ctx, ann, list[4].ID))
		ok(t, s.RaiseFriend(ctx, ann, list[0].ID))
		same(t, "raised", called(topFriends(t, s, ann)), "~bob ~cat ~dan zoe.example ~eve")
		ok(t, s.RaiseFriend(ctx, crowd[1], list[1].ID))
		ok(t, s.RemoveFriend(ctx, crowd[1], list[1].ID))
		ok(t, s.RemoveFriend(ctx, ann, list[2].ID))
		same(t, "after others tried, and one was taken off", called(topFriends(t, s, ann)), "~bob ~cat zoe.example ~eve")
		for i := range models.FriendsMost - 4 {
			ok(t, s.AddFriend(ctx, ann, fmt.Sprintf("page%d.example", i)))
		}
		refused(t, s.AddFriend(ctx, ann, "~dan"), models.Invalid, "error.friends_many")
		same(t, "at most", len(topFriends(t, s, ann)), models.FriendsMost)
		same(t, "queries", len(kit.Queries(t, s, func() { topFriends(t, s, ann) })), 1)
	})
}

func TestManyWindowsMakeNoNinthFriend(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann", "bob")[0]
		together(12, func(i int) { _ = s.AddFriend(t.Context(), ann, fmt.Sprintf("page%d.example", i)) })
		same(t, "friends", len(topFriends(t, s, ann)), models.FriendsMost)
		for _, f := range topFriends(t, s, ann) {
			ok(t, s.RemoveFriend(t.Context(), ann, f.ID))
		}
		together(4, func(int) { _ = s.AddFriend(t.Context(), ann, "bob") })
		same(t, "bob", called(topFriends(t, s, ann)), "~bob")
	})
}

func TestAskingForManyHomePagesHasAnEnd(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		var err error
		for i := 0; i < 40 && err == nil; i++ {
			if err = s.AddFriend(t.Context(), ann, "zoe.example"); err == nil {
				ok(t, s.RemoveFriend(t.Context(), ann, topFriends(t, s, ann)[0].ID))
			}
		}
		refused(t, err, models.TooMany, "error.too_many")
	})
}

func TestFriendsWhoLeave(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		crowd := kit.Crowd(t, s, "cat", "dan")
		ok(t, s.AddFriend(t.Context(), crowd[0], "~bob"))
		ok(t, s.AddFriend(t.Context(), crowd[0], "~dan"))
		before := marks(t, s, "ann", "cat", "dan")
		ok(t, s.SetAvatar(t.Context(), cast.Bob, bytes.NewReader(kit.Drawing(t, 2))))
		dressed := marks(t, s, "ann", "cat", "dan")
		same(t, "changed by an avatar", before.changed(dressed), []string{"site", "cat"})
		same(t, "avatar", topFriends(t, s, crowd[0])[0].AvatarPath(), again(t, s, cast.Bob).AvatarPath())
		ok(t, s.CloseAccount(t.Context(), cast.Bob, kit.Password))
		same(t, "changed by leaving", dressed.changed(marks(t, s, "ann", "cat", "dan")), []string{"site", "cat"})
		same(t, "left", called(topFriends(t, s, crowd[0])), "~dan")
		refused(t, s.AddFriend(t.Context(), crowd[0], "~bob"), models.Invalid, "error.friend_nobody")
	})
}
