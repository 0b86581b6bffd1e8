package errorpages

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/language"
)

func alternatives(list ...Alternative) func(*Page) {
	return func(p *Page) { p.Service.Alternatives = list }
}

func timetable() func(*Page) {
	return alternatives(
		Alternative{Label: "Timetable as PDF", URL: "https://files.example.edu/timetable.pdf"},
		Alternative{Label: "Ask by telephone", URL: "tel:+41-44-000-0001"},
		Alternative{Label: "The desk in the main hall"},
	)
}

func TestPagesOfferWhatElseThereIs(t *testing.T) {
	tt := builtinPages(t)
	for name, with := range map[string]func(*Page){
		"fault": func(*Page) {}, "incident": incidents(registration()), "maintenance": hold(upgrade()), "post": received(ReceivedUnknown),
	} {
		p := page(brand(t, campus()), timetable(), with)
		v, err := tt.view(p, language.English)
		check(t, err)
		want := []AlternativeView{
			{Label: "Timetable as PDF", URL: "https://files.example.edu/timetable.pdf", Text: "https://files.example.edu/timetable.pdf"},
			{Label: "Ask by telephone", URL: "tel:+41-44-000-0001", Text: "+41-44-000-0001", Direct: true},
			{Label: "The desk in the main hall"},
		}
		if v.Instead != "Until it works again, you can use:" || !reflect.DeepEqual(v.Alternatives, want) {
			t.Errorf("%s: %q %+v", name, v.Instead, v.Alternatives)
		}
		body, err := problem(p, v)
		check(t, err)
		var d struct{ Alternatives []Alternative }
		check(t, json.Unmarshal([]byte(strings.ReplaceAll(string(body), markRetryAfter, "1")), &d))
		if !reflect.DeepEqual(d.Alternatives, p.Service.Alternatives) {
			t.Errorf("%s: in JSON %+v", name, d.Alternatives)
		}
	}
}

func TestPagesOfferNothingElseToThoseWhoseOwnRequestIsWrong(t *testing.T) {
	tt := builtinPages(t)
	for name, p := range map[string]*Page{
		"client": page(brand(t, campus()), timetable(), cause(CauseClient, 404)),
		"upload": page(brand(t, campus()), timetable(), cause(CauseUpload, 408)),
		"none":   page(brand(t, campus())),
	} {
		v, err := tt.view(p, language.English)
		check(t, err)
		body, err := problem(p, v)
		check(t, err)
		if v.Instead != "" || len(v.Alternatives) > 0 || strings.Contains(string(body), "alternatives") {
			t.Errorf("%s: %q %+v, %s", name, v.Instead, v.Alternatives, body)
		}
	}
}

func TestAlternativesThatNobodyCouldUseAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		give      Alternative
		key, says string
	}{
		{Alternative{URL: "https://a.example"}, "label", "missing"},
		{Alternative{Label: " \u202e"}, "label", "missing"},
		{Alternative{Label: "a\nb"}, "label", "one line"},
		{Alternative{Label: strings.Repeat("ä", 101)}, "label", "100 characters"},
		{Alternative{Label: "a", URL: "javascript:alert(1)"}, "url", "must start with"},
		{Alternative{Label: "a", URL: "data:text/html,x"}, "url", "must start with"},
		{Alternative{Label: "a", URL: "/timetable"}, "url", "must start with"},
		{Alternative{Label: "a", URL: "https:///x"}, "url", "no host"},
		{Alternative{Label: "a", URL: "https://u:hunter2@a.example"}, "url", "password"},
		{Alternative{Label: "a", URL: "https://a.example/" + strings.Repeat("x", 500)}, "url", "500 bytes"},
		{Alternative{Label: strings.Repeat("ä", 100), URL: "mailto:a@a.example"}, "", ""},
		{Alternative{Label: "a"}, "", ""},
	} {
		err := c.give.Check()
		var wrong *KeyError
		switch {
		case c.key == "" && err != nil:
			t.Errorf("%+v: %v", c.give, err)
		case c.key != "" && (!errors.As(err, &wrong) || wrong.Key != c.key || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%+v: %v, want %s: %s", c.give, err, c.key, c.says)
		case err != nil && strings.Contains(err.Error(), "hunter2"):
			t.Errorf("the error repeats a password: %v", err)
		}
	}
}
