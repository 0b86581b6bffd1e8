package statusclient

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// accident has something happen to every single request of a story, one after the
// other, and calls again whenever a call failed.
func (w writing) accident(t *testing.T, what func(*road, http.ResponseWriter, *http.Request)) {
	var calm string
	var total int
	story := func(s *stage) {
		ctx := s.t.Context()
		insist := func(f func() (Receipt, error)) Receipt {
			s.t.Helper()
			for range 3 {
				if r, err := f(); err == nil {
					time.Sleep(time.Minute)
					return r
				}
			}
			s.t.Fatalf("does not recover")
			return Receipt{}
		}
		d := w.draft()
		d.State = Identified
		d.Components[w.mail] = Degraded
		r := insist(func() (Receipt, error) { return s.writer().Open(ctx, d) })
		insist(func() (Receipt, error) {
			return s.writer().Update(ctx, r.ID, UpdateDraft{State: Monitoring, Message: "Freed."})
		})
		during := s.read()
		insist(func() (Receipt, error) {
			return s.writer().Update(ctx, r.ID, UpdateDraft{State: Resolved, Message: "Done."})
		})
		calmOr := fmt.Sprintf("%s\n%s\n%q\n%d mails", during, s.read(), s.fake.log("Portal down"), s.fake.mails())
		if calm == "" {
			calm, total = calmOr, s.road.wrote()
			return
		}
		s.wants("the end", calmOr, calm)
	}
	w.stage(t, story)
	for nth := 1; nth <= total; nth++ {
		t.Run(fmt.Sprint(nth), func(t *testing.T) {
			w.stage(t, func(s *stage) {
				s.road.meddle = func(n int, w http.ResponseWriter, r *http.Request) bool {
					if n == nth {
						what(s.road, w, r)
					}
					return n == nth
				}
				story(s)
			})
		})
	}
}

// secrets has systems answer writes with all that must not be shown.
func (w writing) secrets(t *testing.T) {
	all := strings.Join([]string{fakeWriteToken, fakeWriteSecret, secretPath, secretToken, "http://status.example.edu/x"}, " ")
	for name, h := range map[string]http.HandlerFunc{
		"in a message": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(422)
			fmt.Fprintf(w, `{"message":%q,"errors":{"name":[%q]},"status":"validation-error","data":{"message":%q}}`, all, all, all)
		},
		"in a list": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(400)
			fmt.Fprintf(w, `{"errors":[{"detail":%q,"meta":{"details":[%q]}}]}`, all, all)
		},
		"in an error of another kind": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"status":"error","data":{"message":%q}}`, all)
		},
		"as text": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, all) },
		"in a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://other.example/"+fakeWriteToken, http.StatusTemporaryRedirect)
		},
		"in a redirect that makes a question of it": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		},
		"in an endless answer": func(w http.ResponseWriter, _ *http.Request) {
			for range 1 << 20 {
				if _, err := io.WriteString(w, all); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w.stage(t, func(s *stage) {
				t := s.t
				s.road.meddle = func(_ int, w http.ResponseWriter, r *http.Request) bool { h(w, r); return true }
				at := s.writer(func(c *BackendConfig) { c.Headers = map[string]string{"X-Front": secretToken} })
				_, err := at.Open(t.Context(), w.draft())
				var we *WriteError
				if !errors.As(err, &we) || len(we.Done) > 0 || len(we.Undone)+len(we.Unknown) == 0 {
					t.Fatalf("error is %#v", err)
				}
				for _, secret := range []string{
					fakeWriteToken, fakeWriteSecret, fakeToken, secretPath, secretToken, "/api", "http:", "https:",
				} {
					if strings.Contains(err.Error(), secret) || strings.Contains(s.log.String(), secret) {
						t.Errorf("%q in error or log:\n%v\n%s", secret, err, s.log.String())
					}
				}
				for _, host := range s.net.hosts() {
					if strings.Contains(host, "other") {
						t.Error("the other host was asked")
					}
				}
				s.wants("incidents", s.fake.log("Portal down"), "[]")
			})
		})
	}
}
