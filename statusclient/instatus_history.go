package statusclient

import (
	"bytes"
	"crypto/sha256"
	"encoding/xml"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// instatusHistory is what the feed tells about each incident and maintenance,
// by id.
type instatusHistory struct {
	sum   [32]byte // of the feed
	items map[string]instatusStory
}

// instatusStory is one item of the feed, as lines of text.
type instatusStory struct {
	components []string // names
	entries    []instatusEntry
}

type instatusEntry struct {
	word, text string
	at         time.Time // of the year 0
}

// parseInstatusHistory returns nil for what is no feed.
func parseInstatusHistory(doc []byte) *instatusHistory {
	var feed struct {
		Items []struct {
			GUID        string `xml:"guid"`
			Link        string `xml:"link"`
			Description string `xml:"description"`
		} `xml:"channel>item"`
	}
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.Strict = false
	if d.Decode(&feed) != nil {
		return nil
	}
	h := &instatusHistory{sum: sha256.Sum256(doc), items: make(map[string]instatusStory)}
	for _, it := range feed.Items {
		at := it.GUID
		if at == "" {
			at = it.Link
		}
		h.items[path.Base(at)] = parseInstatusStory(it.Description)
	}
	return h
}

var (
	instatusAffected = regexp.MustCompile(`(?m)^\s*Affected Components:[ \t]*(.*)$`)
	// An entry begins as "Jun 11, 18:55:50 GMT+0 - Investigating - We look into it."
	instatusHead = regexp.MustCompile(`([A-Z][a-z]{2} \d{1,2}, \d{2}:\d{2}:\d{2} GMT[+-]\d{1,2}(?::\d{2})?)\s*-\s*([A-Za-z ]{1,30}?)\s*-\s+`)
	instatusZone = regexp.MustCompile(`GMT([+-])(\d{1,2})(?::(\d{2}))?$`)
)

func parseInstatusStory(description string) instatusStory {
	t := Text{Source: description, Markup: HTML}
	t.Clean()
	var s instatusStory
	heads := instatusHead.FindAllStringSubmatchIndex(t.Plain, -1)
	preface := t.Plain
	if len(heads) > 0 {
		preface = t.Plain[:heads[0][0]]
	}
	if m := instatusAffected.FindStringSubmatch(preface); m != nil {
		for name := range strings.SplitSeq(m[1], ",") {
			if name = strings.TrimSpace(name); name != "" {
				s.components = append(s.components, name)
			}
		}
	}
	for i, h := range heads {
		end := len(t.Plain)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		s.entries = append(s.entries, instatusEntry{
			word: instatusWord(t.Plain[h[4]:h[5]]),
			text: strings.TrimSpace(t.Plain[h[1]:end]),
			at:   instatusMoment(t.Plain[h[2]:h[3]]),
		})
	}
	return s
}

// instatusMoment is a time without a year. Its zone is written as "GMT+5:30".
func instatusMoment(s string) time.Time {
	z := instatusZone.FindStringSubmatch(s)
	if z == nil {
		return time.Time{}
	}
	minutes := z[3]
	if minutes == "" {
		minutes = "00"
	}
	hours := ("0" + z[2])[len(z[2])-1:]
	v, err := time.Parse("Jan 2, 15:04:05 -0700", instatusZone.ReplaceAllString(s, "")+z[1]+hours+minutes)
	if err != nil {
		return time.Time{}
	}
	return v.UTC()
}

// about is empty where nothing is told.
func (h *instatusHistory) about(id string) *instatusStory {
	if h == nil {
		return new(instatusStory)
	}
	s := h.items[id]
	return &s
}

// affected are the ids of the components of these names. A name that no
// component has stays, lest what is about something seem to be about everything.
func (s *instatusStory) affected(ids map[string]string) []string {
	var out []string
	for _, name := range s.components {
		if id := ids[name]; id != "" {
			name = id
		}
		out = append(out, name)
	}
	return out
}

// updates are newest first, in the year that puts them closest to when it all
// began: those of a maintenance may be from before.
func (s *instatusStory) updates(began time.Time, state func(word string) string) []Update {
	var out []Update
	for _, e := range s.entries {
		u := Update{State: state(e.word), Text: Text{Source: e.text, Markup: Plain}}
		if !e.at.IsZero() && !began.IsZero() {
			u.At = e.at.AddDate(began.Year(), 0, 0)
			switch d := u.At.Sub(began); {
			case d > 183*24*time.Hour:
				u.At = e.at.AddDate(began.Year()-1, 0, 0)
			case d < -183*24*time.Hour:
				u.At = e.at.AddDate(began.Year()+1, 0, 0)
			}
		}
		out = append(out, u)
	}
	slices.SortStableFunc(out, func(a, b Update) int { return b.At.Compare(a.At) })
	return out
}
