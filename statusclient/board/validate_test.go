package board

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestWhatIsWrongWithAWindowIsSaid(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for want, w := range map[string]Window{
		"":                                 {Services: []string{"a-z.0_9-"}, Title: strings.Repeat("字", 200), Message: strings.Repeat("x", 10000), From: now, Until: now.Add(1)},
		`services is empty; "*" means all`: {},
		`services has ""; names are of a-z 0-9 - _ .`:                                   {Services: []string{""}},
		`services has "A"; names are of a-z 0-9 - _ .`:                                  {Services: []string{"A"}},
		`services has "a/b"; names are of a-z 0-9 - _ .`:                                {Services: []string{"a/b"}},
		`services has "ü"; names are of a-z 0-9 - _ .`:                                  {Services: []string{"ok", "ü"}},
		`services has "a\n"; names are of a-z 0-9 - _ .`:                                {Services: []string{"a\n"}},
		`services has "*" and others; it stands for all, alone`:                         {Services: []string{"a", "*"}},
		`services has more than 1000 names; "*" means all`:                              {Services: names(1001)},
		"title has more than 200 characters":                                            {Services: []string{"*"}, Title: strings.Repeat("字", 201)},
		"title has more than 800 bytes":                                                 {Services: []string{"*"}, Title: strings.Repeat("字", 300)},
		"title is not valid UTF-8":                                                      {Services: []string{"*"}, Title: "a\xc3"},
		"message has more than 10000 bytes":                                             {Services: []string{"*"}, Message: strings.Repeat("x", 10001)},
		"message is not valid UTF-8":                                                    {Services: []string{"*"}, Message: "\xed\xa0\x80"},
		"until is not after from":                                                       {Services: []string{"*"}, From: now.Add(2), Until: now.Add(2)},
		"until is in the past: 2026-03-02T12:00:00Z":                                    {Services: []string{"*"}, Until: now},
		"from is too far away: the year 9999":                                           {Services: []string{"*"}, From: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)},
		"until is too far away: the year 10000":                                         {Services: []string{"*"}, Until: time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -7200))},
		"services has \"" + strings.Repeat("x", 100) + "\"; names are of a-z 0-9 - _ .": {Services: []string{strings.Repeat("x", 201)}},
	} {
		err := w.Validate(now)
		if want == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if e := new(ErrInvalid); !errors.As(err, &e) || err.Error() != want || e.Field == "" {
			t.Errorf("want %s, got %v", want, err)
		}
	}
}

// Whatever is taken from JSON can be stored and read again as it is.
func FuzzWindowJSON(f *testing.F) {
	for _, s := range []string{
		`{"services":["*"],"title":"T","message":"M","from":"2026-03-02T12:00:00Z","until":"2026-03-02T14:00:00+02:00"}`,
		`{"services":["a","b","a"],"until":"9999-12-31T23:59:59-12:00"}`,
		`{"services":["x"],"from":"0001-01-01T00:00:00+14:00"}`,
		`{"services":["x"],"title":"\ud800\u202e","message":"<script>","etag":"1-x","id":"../x"}`,
		`{"services":null}`, `[]`, `{`,
	} {
		f.Add([]byte(s))
	}
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		var w Window
		if json.Unmarshal(data, &w) != nil {
			return
		}
		w.normalise()
		if w.Validate(now) != nil {
			return
		}
		r := &record{ref: ref{kindMaintenance, "abcdefgh"}, stamp: stamp{1, "w"}, at: now, window: &w}
		r.finish()
		stored, err := r.encode()
		if err != nil {
			t.Fatalf("%+v cannot be stored: %v", w, err)
		}
		again, err := decode(r.ref, r.stamp, stored)
		if err != nil {
			t.Fatalf("%s cannot be read: %v", stored, err)
		}
		if !reflect.DeepEqual(again, r) {
			t.Errorf("stored %+v\nread   %+v", r.window, again.window)
		}
	})
}
