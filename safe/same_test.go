package safe

import "testing"

func TestSameAddress(t *testing.T) {
	t.Parallel()
	const ada = "https://m.example/~ada/17"
	for _, same := range []string{
		ada, "http://m.example/~ada/17", "https://M.Example:443/%7Eada/17/", "http://m.example:80/~ada/17#c3", " https://m.example/%7eada/17",
	} {
		if !SameAddress(ada, same) || !SameAddress(same, ada) {
			t.Errorf("%s is another page", same)
		}
	}
	for _, other := range []string{
		"https://m.example/~ada/18", "https://m.example/~ada/17?x", "https://n.example/~ada/17", "https://m.example:8443/~ada/17", "//m.example/~ada/17",
		"ftp://m.example/~ada/17", "https://m.example/~Ada/17", "", "https:///~ada/17", "https://[::1/",
	} {
		if SameAddress(ada, other) {
			t.Errorf("%s is the same page", other)
		}
	}
	if SameAddress("", "") {
		t.Error("nothing is a page")
	}
}
