package errorpages

import (
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Alternative is another way to get done what a service is for, while the service
// does not work.
type Alternative struct {
	// Label says what it is, in up to 100 characters: "Timetable as PDF". Required.
	Label string `json:"label" toml:"label"`

	// URL is where it is: https:, http:, mailto: or tel:, up to 500 bytes. It
	// should not stand on what fails with the service. Default: none; the label
	// says it all.
	URL string `json:"url,omitempty" toml:"url"`
}

const (
	// MaxAlternatives is how many a service may have: more is a page of its own.
	MaxAlternatives = 5

	maxAlternativeLabel = 100 // characters
	maxAlternativeURL   = 500 // bytes
)

// Check reports what is wrong with an alternative; its error is a *KeyError.
func (a Alternative) Check() error {
	switch {
	case oneLine(a.Label) == "":
		return &KeyError{"label", errors.New("is missing: say what this is")}
	case strings.ContainsFunc(a.Label, unicode.IsControl):
		return &KeyError{"label", errors.New("must be one line of text")}
	case utf8.RuneCountInString(a.Label) > maxAlternativeLabel:
		return &KeyError{"label", fmt.Errorf("has more than %d characters", maxAlternativeLabel)}
	case a.URL == "":
		return nil
	case len(a.URL) > maxAlternativeURL:
		return &KeyError{"url", fmt.Errorf("has more than %d bytes", maxAlternativeURL)}
	}
	if err := checkURL(a.URL, "https", "http", "mailto", "tel"); err != nil {
		return &KeyError{"url", err}
	}
	if u, err := url.Parse(a.URL); err != nil || u.User != nil {
		return &KeyError{"url", errors.New("has a user or a password in it, and everybody could read it")}
	}
	return nil
}

// instead says what else there is until the service works again. It is of no use
// to somebody whose own request, or own connection, is what is wrong.
func (a *voice) instead(v *View, p *Page) {
	for _, alt := range p.alternatives() {
		out := AlternativeView{Label: oneLine(alt.Label), URL: template.URL(alt.URL), Text: alt.URL}
		if u, err := url.Parse(alt.URL); err == nil && u.Opaque != "" {
			out.Text, _ = url.PathUnescape(u.Opaque)
			out.Direct = true
		}
		if out.Text == out.Label {
			out.Text = ""
		}
		v.Alternatives = append(v.Alternatives, out)
	}
	if len(v.Alternatives) > 0 {
		v.Instead = a.say("ask.instead", fill{})
	}
}

// alternatives are those that a page offers.
func (p *Page) alternatives() []Alternative {
	if p.Cause == CauseClient || p.Cause == CauseUpload {
		return nil
	}
	return p.Service.Alternatives
}
