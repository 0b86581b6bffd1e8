package statusclient

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

func TestTypesAreSorted(t *testing.T) {
	t.Parallel()
	if got := Types(); !slices.IsSorted(got) || !slices.Contains(got, "statuspage") {
		t.Errorf("Types() = %q", got)
	}
}

func TestValidateNamesBackendAndKey(t *testing.T) {
	t.Parallel()
	good := func() BackendConfig {
		return BackendConfig{Name: "campus", Type: "statuspage", URL: "https://status.example.edu/"}
	}
	for name, tc := range map[string]struct {
		change func(*BackendConfig)
		want   string // "" is valid
	}{
		"as documented":           {func(*BackendConfig) {}, ""},
		"plain http with a port":  {func(c *BackendConfig) { c.URL = "http://10.0.0.1:8080" }, ""},
		"shortest interval":       {func(c *BackendConfig) { c.Interval = Duration(MinInterval) }, ""},
		"own headers":             {func(c *BackendConfig) { c.Headers = map[string]string{"X-Key": "k", "Host": "h"} }, ""},
		"no name":                 {func(c *BackendConfig) { c.Name = "" }, `backend "": name must`},
		"capital name":            {func(c *BackendConfig) { c.Name = "Campus" }, `backend "Campus": name must`},
		"long name":               {func(c *BackendConfig) { c.Name = strings.Repeat("x", 65) }, "name must"},
		"no type":                 {func(c *BackendConfig) { c.Type = "" }, "backend campus: type is missing; known types: "},
		"nearly a type":           {func(c *BackendConfig) { c.Type = "statspage" }, `unknown type "statspage", did you mean "statuspage"?`},
		"a type in capitals":      {func(c *BackendConfig) { c.Type = "StatusPage" }, `did you mean "statuspage"?`},
		"a type with a suffix":    {func(c *BackendConfig) { c.Type = "statuspage.io" }, `did you mean "statuspage"?`},
		"not a type at all":       {func(c *BackendConfig) { c.Type = "nagios" }, `unknown type "nagios"; known types: `},
		"no url":                  {func(c *BackendConfig) { c.URL = "" }, "backend campus: url is missing"},
		"url without scheme":      {func(c *BackendConfig) { c.URL = "status.example.edu/s3cret" }, "backend campus: url must start with http"},
		"url of another kind":     {func(c *BackendConfig) { c.URL = "ftp://s3cret.example" }, "url must start with http"},
		"url without host":        {func(c *BackendConfig) { c.URL = "https:///s3cret" }, "url has no host"},
		"url with password":       {func(c *BackendConfig) { c.URL = "https://u:s3cret@a.example" }, "url must not hold a user or password"},
		"url that is none":        {func(c *BackendConfig) { c.URL = "https://a.example/%zz?s3cret" }, "url cannot be read"},
		"interval too short":      {func(c *BackendConfig) { c.Interval = Duration(time.Second) }, "interval is 1s, at least 5s"},
		"negative interval":       {func(c *BackendConfig) { c.Interval = -1 }, "at least 5s"},
		"header that is none":     {func(c *BackendConfig) { c.Headers = map[string]string{"X Y": "s3cret"} }, `"X Y" is no header name`},
		"header with a line end":  {func(c *BackendConfig) { c.Headers = map[string]string{"X": "s3cret\r\nY: z"} }, "the value of X"},
		"header that we set":      {func(c *BackendConfig) { c.Headers = map[string]string{"if-none-match": "s3cret"} }, "if-none-match cannot be set"},
		"header that frames":      {func(c *BackendConfig) { c.Headers = map[string]string{"Accept-Encoding": "br"} }, "cannot be set"},
		"token that nobody reads": {func(c *BackendConfig) { c.Token = "s3cret" }, "backend campus: token is nothing that statuspage reads"},
		"zone that nobody needs":  {func(c *BackendConfig) { c.Timezone = "UTC" }, "timezone is nothing that statuspage reads"},
		"name before other wrong": {func(c *BackendConfig) { c.Name, c.URL = "-", "" }, "name must"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := good()
			tc.change(&cfg)
			err := cfg.Validate()
			b, newErr := New(cfg, zerolog.Nop())
			if tc.want == "" {
				if err != nil || newErr != nil || b == nil {
					t.Errorf("Validate: %v, New: %v", err, newErr)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got %v\nwant %s", err, tc.want)
			}
			if newErr == nil || newErr.Error() != err.Error() {
				t.Errorf("New says %v", newErr)
			}
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("leaks: %v", err)
			}
		})
	}
}

func TestValidateJudgesWhatTheTypeReads(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		give BackendConfig
		want string // "" is valid
	}{
		"all it reads":          {BackendConfig{Type: "cachet", Token: "s3cret", Timezone: "Asia/Tokyo"}, ""},
		"nothing of it":         {BackendConfig{Type: "cachet"}, ""},
		"one key too many":      {BackendConfig{Type: "cachet", Token: "s3cret", Secret: "s3cret"}, "secret is nothing that cachet reads"},
		"all it needs":          {BackendConfig{Type: "staytus", Token: "s3cret", Secret: "s3cret"}, ""},
		"a key missing":         {BackendConfig{Type: "staytus", Token: "s3cret"}, "secret is missing, which staytus needs"},
		"token with a line end": {BackendConfig{Type: "cachet", Token: "s3cret\n"}, "token has characters"},
		"secret with a null":    {BackendConfig{Type: "staytus", Token: "t", Secret: "s3cret\x00"}, "secret has characters"},
		"no such zone":          {BackendConfig{Type: "cachet", Timezone: "Mars/Base"}, `timezone "Mars/Base" is not known`},
		"wherever this runs":    {BackendConfig{Type: "cachet", Timezone: "Local"}, `timezone "Local" is not known`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.give.Name, tc.give.URL = "campus", "https://status.example.edu"
			err := tc.give.Validate()
			if tc.want == "" && err == nil {
				return
			}
			if tc.want == "" || err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got %v\nwant %s", err, tc.want)
			}
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("leaks: %v", err)
			}
		})
	}
}

func TestWarningNamesAnIntervalThatIsNotPolite(t *testing.T) {
	t.Parallel()
	cfg := BackendConfig{Name: "campus", Type: "jayfk-statuspage", Interval: Duration(time.Minute)}
	if w := cfg.Warning(); !strings.Contains(w, "backend campus: interval is 1m0s") || !strings.Contains(w, "every 2m0s") {
		t.Errorf("warning is %q", w)
	}
	cfg.Interval = 0
	if w := cfg.Warning(); w != "" || cfg.interval() != 2*time.Minute {
		t.Errorf("warning is %q, interval %s", w, cfg.interval())
	}
}

func TestWarningNamesAWriteTokenThatAnybodyCouldRead(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]bool{
		"http://status.example.edu": true, "https://status.example.edu": false, "http://127.0.0.1:8000": false, "http://cachet": false,
	} {
		w := BackendConfig{Name: "campus", Type: "cachet", URL: url, WriteToken: "t"}.Warning()
		if got := strings.Contains(w, "unencrypted"); got != want {
			t.Errorf("%s: warning is %q", url, w)
		}
	}
}
