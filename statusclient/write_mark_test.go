package statusclient

import (
	"slices"
	"strings"
	"testing"
)

func TestAMarkIsFoundAgainAndNotShown(t *testing.T) {
	mark := markOf("portal")
	for text, wants := range map[string]struct {
		rest string
		ids  []string
	}{
		markPlain("Gone.", mark):                                    {"Gone.", nil},
		markMarkdown("Gone.", mark, nil):                            {"Gone.", nil},
		markMarkdown("Gone.\n\n- a\n- b", mark, []string{"4", "5"}): {"Gone.\n\n- a\n- b", []string{"4", "5"}},
		"Gone.\r\n\r\n[" + mark + "]: # \r\n":                       {"Gone.", nil},
		"Gone.\n\n[" + mark + "]\n\nAnd back, says Eve.":            {"Gone.\n\nAnd back, says Eve.", nil},
	} {
		rest, found, ids := unmark(text)
		if rest != wants.rest || found != mark || !slices.Equal(ids, wants.ids) {
			t.Errorf("%q: %q, %q, %v", text, rest, found, ids)
		}
	}
	for _, text := range []string{"", "See [candor-2clakapys4n6qexs] there.", "[candor-short]", "[2clakapys4n6qexs]"} {
		if rest, found, _ := unmark(text); rest != text || found != "" {
			t.Errorf("%q: %q, %q", text, rest, found)
		}
	}
	shown := Text{Source: markMarkdown("Gone.", mark, []string{"4"}), Markup: Markdown}
	if shown.Clean(); strings.Contains(string(shown.HTML)+shown.Plain, "candor") {
		t.Errorf("Markdown shows the mark: %s", shown.HTML)
	}
	if markOf("portal") != mark || markOf("mail") == mark {
		t.Error("marks do not go by the key")
	}
}

func FuzzUnmark(f *testing.F) {
	f.Add("Gone.\n\n[candor-2clakapys4n6qexs]: #4,5\r\nMore.")
	f.Fuzz(func(t *testing.T, text string) {
		rest, mark, _ := unmark(text)
		if len(rest) > len(text)+2 || mark == "" && rest != text {
			t.Errorf("%q became %q", text, rest)
		}
		again, found, _ := unmark(markPlain(text, markOf("x")))
		if found == "" || mark == "" && found == markOf("x") && strings.TrimRight(text, " \t\r\n") != again {
			t.Errorf("%q comes back as %q, %q", text, again, found)
		}
	})
}
