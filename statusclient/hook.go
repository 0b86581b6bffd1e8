package statusclient

import (
	"bytes"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"reflect"
	"time"
)

// Webhook is one as it came.
type Webhook struct {
	Header http.Header
	Query  url.Values
	Body   []byte
}

// form is what came as a form, in the body or the query.
func (w *Webhook) form() url.Values {
	out := url.Values{}
	maps.Copy(out, w.Query)
	kind, params, _ := mime.ParseMediaType(w.Header.Get("Content-Type"))
	switch kind {
	case "application/x-www-form-urlencoded":
		given, _ := url.ParseQuery(string(w.Body))
		maps.Copy(out, given)
	case "multipart/form-data":
		form, err := multipart.NewReader(bytes.NewReader(w.Body), params["boundary"]).ReadForm(int64(len(w.Body)))
		if err != nil {
			break
		}
		maps.Copy(out, form.Value)
		_ = form.RemoveAll()
	}
	return out
}

// reporter is a Backend whose system's webhooks carry state by themselves.
type reporter interface {
	// reports reads a webhook. It returns none for what is of another kind, or
	// tells nothing that may be shown. It does no I/O and may be called at any time.
	// Taken and Until are the poller's to fill, and At where it is not known.
	reports(w *Webhook) []Report
}

// Hook takes a webhook that is known to be genuine. What it says by itself is
// published when Hook returns; in any case the backend is asked, as by Refresh.
func (p *Poller) Hook(w *Webhook) {
	if b, ok := p.backend.(reporter); ok {
		if reports := b.reports(w); len(reports) > 0 {
			p.take(reports)
		}
	}
	p.Refresh()
}

func (p *Poller) take(reports []Report) {
	now := time.Now().UTC()
	p.mu.Lock()
	before := p.now.Load()
	next := *before
	for _, r := range first(reports, maxReports) {
		r.Taken, r.Until = now, now.Add(reportLife)
		if r.At.IsZero() || r.At.After(now) {
			r.At = now
		}
		r.clean()
		next.Reports = learn(next.Reports, r)
	}
	next.review(before, now)
	p.now.Store(&next)
	p.mu.Unlock()
	if worthPublishing(before, &next) {
		p.logChange(before, &next)
		p.publish()
	}
}

// review makes Status of what was polled and what was reported. It is the same
// pointer as before where nothing changed.
func (s *Snapshot) review(before *Snapshot, now time.Time) {
	s.Status = overlay(s.polled, s.Reports)
	switch {
	case s.Status == before.Status:
	case reflect.DeepEqual(s.Status, before.Status):
		s.Status = before.Status
	default:
		s.Changed = now
	}
}
