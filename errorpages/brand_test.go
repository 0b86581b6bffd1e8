package errorpages

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBrandNeedsNothing(t *testing.T) {
	b := brand(t, BrandConfig{})
	if got := b.Languages(); len(got) != 1 || got[0].String() != "en" {
		t.Errorf("languages are %v", got)
	}
	if b.zone.String() != "UTC" || b.accent.String() != defaultAccent {
		t.Errorf("zone %v, accent %v", b.zone, b.accent)
	}
	if _, data, name := b.Logo(); data != nil || name != "" {
		t.Errorf("has a logo %q", name)
	}
}

func TestBrandErrorsNameTheirKey(t *testing.T) {
	dir := t.TempDir()
	note := filepath.Join(dir, "note.png")
	check(t, os.WriteFile(note, []byte("this is no image"), 0o600))
	for _, c := range []struct {
		key, says string
		cfg       BrandConfig
	}{
		{"logo", "no such file", BrandConfig{Logo: filepath.Join(dir, "missing.svg")}},
		{"logo", "is neither an SVG nor a PNG", BrandConfig{Logo: note}},
		{"logo", "is a directory", BrandConfig{Logo: dir}},
		{"accent", "is not a colour", BrandConfig{Accent: "crimson"}},
		{"accent", "nearest darker colour", BrandConfig{Accent: "#ffcc00"}},
		{"timezone", "is not an IANA time zone", BrandConfig{Timezone: "Zurich"}},
		{"timezone", "is not an IANA time zone", BrandConfig{Timezone: "Local"}},
		{"languages[1]", "is not a BCP 47 language tag", BrandConfig{Languages: []string{"en", "english"}}},
		{"languages[0]", "is not a BCP 47 language tag", BrandConfig{Languages: []string{""}}},
		{"status_url", "must start with", BrandConfig{StatusURL: "status.example.edu"}},
		{"status_url", "must start with", BrandConfig{StatusURL: "javascript:alert(1)"}},
		{"status_url", "has no host", BrandConfig{StatusURL: "https:///status"}},
		{"contact[0].label", "is missing", BrandConfig{Contacts: []Contact{{URL: "tel:1"}}}},
		{"contact[1].url", "must start with", BrandConfig{Contacts: []Contact{{Label: "a"}, {Label: "b", URL: "data:text/html,x"}}}},
		{"contact[0].url", "has nothing after", BrandConfig{Contacts: []Contact{{Label: "a", URL: "mailto:"}}}},
		{"contact[0].url", "is not a URL", BrandConfig{Contacts: []Contact{{Label: "a", URL: "https://a b"}}}},
	} {
		_, err := NewBrand(c.cfg)
		var at *KeyError
		if !errors.As(err, &at) || at.Key != c.key || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want %s: … %s …", c.cfg, err, c.key, c.says)
		}
	}
}

func TestMergeTakesWhatTheServiceSays(t *testing.T) {
	base := campus()
	if got := base.Merge(BrandConfig{}); got.Name != base.Name || len(got.Contacts) != 2 || got.Timezone != base.Timezone {
		t.Errorf("merging nothing changes %+v", got)
	}
	over := BrandConfig{Name: "Library", Accent: "#000", Languages: []string{"de"}, Contacts: []Contact{{Label: "Desk"}}}
	got := base.Merge(over)
	if got.Name != "Library" || got.Accent != "#000" || got.Languages[0] != "de" || len(got.Contacts) != 1 || got.Logo != base.Logo || got.StatusURL != base.StatusURL {
		t.Errorf("got %+v", got)
	}
	if base.Name != "Example University IT" {
		t.Error("the base was changed")
	}
}
