package errorpages

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // containers seldom have zone files

	"golang.org/x/text/language"
)

// BrandConfig is [brand], and [service.brand] where a service differs: there,
// what is left out is taken from [brand].
type BrandConfig struct {
	// Name is the organisation as visitors know it. Default: none is shown.
	Name string `json:"name,omitempty" toml:"name"`

	// Logo is the path of an SVG or PNG file of at most 1 MiB. Up to 4 KiB it is
	// part of the page, else the edge serves it under the public path. An SVG
	// must be self-contained: no script, no links to other files. On dark pages
	// the logo stands on a white plate, unless it is an SVG that adapts by
	// prefers-color-scheme. Default: none.
	Logo string `json:"logo,omitempty" toml:"logo"`

	// Accent is a colour, #rgb or #rrggbb, for links and the button. It must be
	// readable on the white page: 4.5:1. For dark pages it is lightened where
	// needed. Default: a dark blue.
	Accent string `json:"accent,omitempty" toml:"accent"`

	// StatusURL is the public status page, best on another domain and another
	// network than what it reports on. Default: none is linked, or that of a
	// backend which knows its own.
	StatusURL string `json:"status_url,omitempty" toml:"status_url"`

	// Languages are BCP 47 tags that pages may be shown in; the first is used
	// when the visitor asks for none of them. Default: ["en"].
	Languages []string `json:"languages,omitempty" toml:"languages"`

	// Timezone is the IANA zone that times are written in. Default: UTC.
	Timezone string `json:"timezone,omitempty" toml:"timezone"`

	// Contacts are whom to ask or tell, in this order. A service that names its
	// own has only these.
	Contacts []Contact `json:"contact,omitempty" toml:"contact"`
}

// Contact is one way to reach people.
type Contact struct {
	Label string `json:"label" toml:"label"`           // "IT help desk"
	URL   string `json:"url,omitempty" toml:"url"`     // https:, http:, mailto: or tel:; a mailto gets the reference as its subject
	Hours string `json:"hours,omitempty" toml:"hours"` // "Mon–Fri 8–18"
}

// PagesConfig is [pages].
type PagesConfig struct {
	// Templates is a folder whose files stand in for the built-in templates of
	// the same name: page.html, page.css, page.js, page.txt, fragment.html. 503.html is for
	// that status code alone, 5xx.html for its class. What its folder assets
	// holds (styles, fonts, images; at most 8 MiB) is served by the edge below
	// the public path. Default: the built-in ones.
	Templates string `json:"templates,omitempty" toml:"templates"`

	// Messages is a folder of message files, LANGUAGE.toml each: it overrides a
	// text or adds a language. Default: the built-in ones.
	Messages string `json:"messages,omitempty" toml:"messages"`

	// JSON is a template file for errors in JSON, in place of problem details, for
	// APIs whose clients know another shape. Default: none.
	JSON string `json:"json,omitempty" toml:"json"`

	// FrameAncestors is the CSP source list of sites that may show a page in a
	// frame. Default: none.
	FrameAncestors string `json:"frame_ancestors,omitempty" toml:"frame_ancestors"`
}

// KeyError says which key of the configuration cannot be used, and why. Key is
// relative to the table that was read: "accent", "contact[0].url".
type KeyError struct {
	Key string
	Err error
}

func (e *KeyError) Error() string { return e.Key + ": " + e.Err.Error() }

// Unwrap returns the reason.
func (e *KeyError) Unwrap() error { return e.Err }

// Merge returns c with everything that over says in its place.
func (c BrandConfig) Merge(over BrandConfig) BrandConfig {
	set := func(to *string, v string) {
		if v != "" {
			*to = v
		}
	}
	set(&c.Name, over.Name)
	set(&c.Logo, over.Logo)
	set(&c.Accent, over.Accent)
	set(&c.StatusURL, over.StatusURL)
	set(&c.Timezone, over.Timezone)
	if len(over.Languages) > 0 {
		c.Languages = over.Languages
	}
	if len(over.Contacts) > 0 {
		c.Contacts = over.Contacts
	}
	return c
}

// Brand is a BrandConfig made ready: checked, its files read. It is immutable
// and shared by all services that look the same.
type Brand struct {
	name      string
	logo      logo
	accent    colour
	dark      colour // the accent of dark pages
	statusURL string
	languages []language.Tag // never empty
	names     []string       // of languages, as cookies and links have them
	zone      *time.Location // never nil
	contacts  []Contact
}

const (
	defaultAccent   = "#1d4f91"
	defaultLanguage = "en"
	defaultZone     = "UTC"
)

// NewBrand checks a brand and reads its logo. Every error is a *KeyError.
func NewBrand(cfg BrandConfig) (*Brand, error) {
	cfg = BrandConfig{Accent: defaultAccent, Languages: []string{defaultLanguage}, Timezone: defaultZone}.Merge(cfg)
	b := &Brand{name: cfg.Name, statusURL: cfg.StatusURL, contacts: slices.Clone(cfg.Contacts)}
	var err error
	if b.logo, err = readLogo(cfg.Logo); err != nil {
		return nil, &KeyError{"logo", err}
	}
	if b.accent, b.dark, err = checkAccent(cfg.Accent); err != nil {
		return nil, &KeyError{"accent", err}
	}
	if b.zone, err = time.LoadLocation(cfg.Timezone); err != nil || cfg.Timezone == "Local" {
		return nil, &KeyError{"timezone", fmt.Errorf("%q is not an IANA time zone such as Europe/Zurich", cfg.Timezone)}
	}
	for i, s := range cfg.Languages {
		tag, err := language.Parse(s)
		if err != nil || tag == language.Und {
			return nil, &KeyError{fmt.Sprintf("languages[%d]", i), fmt.Errorf("%q is not a BCP 47 language tag such as de or zh-Hans", s)}
		}
		if !slices.Contains(b.languages, tag) {
			b.languages = append(b.languages, tag)
			b.names = append(b.names, tag.String())
		}
	}
	if cfg.StatusURL != "" {
		if err := checkURL(cfg.StatusURL, "https", "http"); err != nil {
			return nil, &KeyError{"status_url", err}
		}
	}
	for i, c := range cfg.Contacts {
		if c.Label == "" {
			return nil, &KeyError{fmt.Sprintf("contact[%d].label", i), errors.New("is missing: say who this is")}
		}
		if c.URL == "" {
			continue
		}
		if err := checkURL(c.URL, "https", "http", "mailto", "tel"); err != nil {
			return nil, &KeyError{fmt.Sprintf("contact[%d].url", i), err}
		}
	}
	return b, nil
}

// Languages are those that pages of this brand may be shown in, the default
// first.
func (b *Brand) Languages() []language.Tag { return slices.Clone(b.languages) }

func checkURL(s string, schemes ...string) error {
	u, err := url.Parse(s)
	if err != nil {
		// The parser's error repeats the whole URL, which may hold a secret.
		return errors.New("is not a URL")
	}
	if !slices.Contains(schemes, u.Scheme) {
		return fmt.Errorf(`must start with "%s:" or "%s:"`, strings.Join(schemes[:len(schemes)-1], `:", "`), schemes[len(schemes)-1])
	}
	if web := u.Scheme == "https" || u.Scheme == "http"; web && u.Host == "" {
		return errors.New("has no host")
	} else if !web && u.Opaque == "" {
		return fmt.Errorf("has nothing after %q", u.Scheme+":")
	}
	return nil
}
