package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/certmagic"

	"github.com/candor-edge/candor/caddymodule/config"
)

func TestOnlyWhatAuthenticationFillsTellsWhoTheUserIs(t *testing.T) {
	for user, want := range map[string]string{
		"": "http.auth.user.id", "{http.auth.user.id}": "http.auth.user.id", "{http.auth.user.email}": "http.auth.user.email",
		"{http.reverse_proxy.header.remote-user}": "http.reverse_proxy.header.Remote-User",

		"mueller": "", "{http.request.header.Remote-User}": "", "{header.Remote-User}": "", "{http.auth.user.}": "", "{}": "", "{": "",
		"{query.user}": "", "{http.request.cookie.user}": "", "{http.vars.user}": "", "{env.USER}": "", "{http.auth.candidate.id}": "",
		"{http.auth.user.id}{header.X}": "", "x{http.auth.user.id}": "", "{http.auth.user.id:mueller}": "", "{http.reverse_proxy.header.}": "",
		"{http.request.tls.client.subject}": "", "{file./etc/passwd}": "",
	} {
		c := &Console{User: user}
		err := c.judge()
		if want == "" && err == nil || want != "" && (err != nil || c.id != want) {
			t.Errorf("%q: %q, %v", user, c.id, err)
		}
	}
}

func TestRolesAddUp(t *testing.T) {
	r := newRoles(&config.Config{
		Console: config.Console{Operators: []string{"o"}, Publishers: []string{"p", "o"}, Viewers: []string{"v", "o", "d"}},
		Services: []config.Service{
			{Name: "a", Operators: []string{"d", "p"}, Publishers: []string{"d", "q"}},
			{Name: "b", Publishers: []string{"q"}},
		},
	})
	for _, c := range []struct {
		user     string
		services string
		want     level
	}{
		{"o", "a b", operate}, {"o", "*", operate}, {"p", "a", operate}, {"p", "b", publish}, {"p", "a b", publish}, {"p", "*", publish},
		{"v", "a", view}, {"v", "*", view}, {"d", "a", operate}, {"d", "b", view}, {"d", "a b", view}, {"d", "*", view},
		{"q", "a", publish}, {"q", "a b", publish}, {"q", "*", closed}, {"q", "a c", closed}, {"q", "", closed},
		{"", "a", closed}, {"nobody", "a", closed}, {"O", "a", closed}, {"o ", "a", closed},
	} {
		rights := r.of(c.user)
		for _, l := range []level{view, publish, operate} {
			if got := rights.may(l, strings.Fields(c.services)...); got != (c.want >= l) {
				t.Errorf("%q may do %d with %q: %v", c.user, l, c.services, got)
			}
		}
	}
	if r.of("nobody").none() != true || r.of("q").none() || r.of("q").whole() || !r.of("v").whole() || r.of("q").ever(operate) || !r.of("d").ever(operate) {
		t.Error("what a user may see at all")
	}
}

func TestATokenIsOfOneUserAndForADay(t *testing.T) {
	store := &certmagic.FileStorage{Path: t.TempDir()}
	synctest.Test(t, func(t *testing.T) {
		s := &signer{storage: store}
		ctx := context.Background()
		token := s.token(ctx, "a", time.Now())
		later := time.Now().Add(tokenLife)
		if !s.valid(ctx, token, "a", time.Now()) || !s.valid(ctx, token, "a", later) {
			t.Error("a good token is refused")
		}
		if s.valid(ctx, token, "b", time.Now()) || s.valid(ctx, token, "", time.Now()) || s.valid(ctx, token, "a", later.Add(2*time.Second)) {
			t.Error("a token is good for others, or for ever")
		}
		// One made far ahead is good for nobody.
		if s.valid(ctx, s.token(ctx, "a", time.Now().Add(30*24*time.Hour)), "a", time.Now()) {
			t.Error("a token of the future is good")
		}
		// Another edge on the same storage, and this one after a restart.
		if other := (&signer{storage: store}); !other.valid(ctx, token, "a", time.Now()) {
			t.Error("another edge refuses it")
		}
		// Two that have made a key at the same moment agree before long.
		crossed := &signer{storage: store, key: make([]byte, 32)}
		time.Sleep(2 * time.Second)
		if !crossed.valid(ctx, token, "a", time.Now()) {
			t.Error("of two keys the one that is stored counts")
		}
	})
}

// broken is a storage that does not answer.
type broken struct{ certmagic.Storage }

func (broken) Load(context.Context, string) ([]byte, error) { return nil, errors.New("away") }
func (broken) Store(context.Context, string, []byte) error  { return errors.New("away") }

func TestWithoutStorageFormsWorkForThisProcess(t *testing.T) {
	s := &signer{storage: broken{}}
	token := s.token(t.Context(), "a", time.Now())
	if !s.valid(t.Context(), token, "a", time.Now()) {
		t.Error("refused")
	}
	if (&signer{storage: broken{}}).valid(t.Context(), token, "a", time.Now()) {
		t.Error("a key that is not stored is known elsewhere")
	}
}

func FuzzToken(f *testing.F) {
	s := &signer{storage: &certmagic.FileStorage{Path: f.TempDir()}}
	now := time.Now()
	good := s.token(context.Background(), "a", now)
	f.Add(good, "a")
	f.Add("", "")
	f.Add(strings.Repeat("A", 54), "a")
	f.Fuzz(func(t *testing.T, token, user string) {
		if s.valid(context.Background(), token, user, now) && (token != good || user != "a") {
			t.Errorf("%q is good for %q", token, user)
		}
	})
}

func FuzzPlace(f *testing.F) {
	f.Add("/console/services/portal", "/services/portal", "")
	f.Add("//evil.example/console/", "/", "/console")
	f.Add("/\\evil.example/a/b", "/a/b", "/a")
	f.Fuzz(func(t *testing.T, asked, here, path string) {
		c := &Console{Path: path}
		if path != "" && c.judge() != nil {
			return
		}
		r := &http.Request{URL: &url.URL{Path: here}}
		r = r.WithContext(context.WithValue(t.Context(), caddyhttp.OriginalRequestCtxKey, http.Request{URL: &url.URL{Path: asked}}))
		base, _, _ := c.place(r)
		if base != "" && (base[0] != '/' || strings.HasPrefix(base, "//") || strings.ContainsAny(base, "\\\"'<> \n")) || strings.HasSuffix(base, "/") {
			t.Errorf("links of %q begin with %q", asked, base)
		}
	})
}

func TestWhatIsThereIsSeenInASparkline(t *testing.T) {
	s := newSpark([]int{0, 1, 100000, 5}, []int{0, 1, 0, 100000})
	for i, b := range s.Bars {
		if b.FailedY < 0 || b.AnsweredY < 0 || b.AnsweredY+b.Answered > s.Height || b.FailedY+b.Failed > b.AnsweredY {
			t.Errorf("bar %d leaves the picture: %+v", i, b)
		}
	}
	if b := s.Bars; b[0].Answered != 0 || b[1].Answered < 2 || b[1].Failed < 2 || b[3].Answered < 2 || b[2].Failed != 0 {
		t.Errorf("%+v", s.Bars)
	}
	if len(newSpark(nil, nil).Bars) != 0 {
		t.Error("bars of nothing")
	}
}

func TestTheNextSixOClockIsThatOfTheZone(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	v := &visit{zone: zone}
	for now, want := range map[string]string{
		"2026-11-21T22:00:00+01:00": "2026-11-22T06:00:00+01:00",
		"2026-11-22T05:59:59+01:00": "2026-11-22T06:00:00+01:00",
		"2026-11-22T06:00:00+01:00": "2026-11-23T06:00:00+01:00",
		"2026-03-28T22:00:00+01:00": "2026-03-29T06:00:00+02:00", // clocks go forward
		"2026-10-24T22:00:00+02:00": "2026-10-25T06:00:00+01:00", // and back
	} {
		at, _ := time.Parse(time.RFC3339, now)
		if got := v.nextClock(at, morning, 0).Format(time.RFC3339); got != want {
			t.Errorf("after %s comes %s, want %s", now, got, want)
		}
	}
}
