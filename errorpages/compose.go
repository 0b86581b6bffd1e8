package errorpages

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"golang.org/x/text/language"
)

// layout is one way to write and lay out pages. Both methods may fail and may
// panic.
type layout interface {
	// view says what p says, in one of the languages of its brand.
	view(p *Page, lang language.Tag) (*View, error)

	// render lays a view out. It is asked for FormatHTML, FormatFragment and
	// FormatText.
	render(f Format, v *View) ([]byte, error)
}

// compose renders a variant for p. It never fails: each layout stands in for the
// one before it, the last resort for them, and for that the code alone.
func (r *Renderer) compose(v variant, p *Page) *answer {
	if p.Code < 400 || p.Code > 999 { // never 200 for a failure, and net/http panics past 999
		fixed := *p
		fixed.Code = http.StatusServiceUnavailable
		p = &fixed
	}
	if v.format == FormatNone {
		return bare(p)
	}
	if own := p.Service.JSON; own != nil && v.format == FormatProblem {
		a, err := own.answer(r.layouts[0], v, p)
		if err == nil {
			return a
		}
		r.report(p, v.format, err)
	}
	for i := 0; i <= len(r.layouts); i++ {
		var l layout = lastResort{}
		if i < len(r.layouts) {
			l = r.layouts[i]
		}
		a, err := r.attempt(l, v, p)
		if err == nil {
			return a
		}
		r.report(p, v.format, err)
	}
	return bare(p)
}

// attempt renders in one layout, whose panics are errors.
func (r *Renderer) attempt(l layout, v variant, p *Page) (a *answer, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			a, err = nil, fmt.Errorf("panic: %v", cause)
		}
	}()
	view, err := l.view(p, p.Service.Brand.languages[v.lang])
	if err != nil {
		return nil, err
	}
	var body []byte
	switch v.format {
	case FormatHTML, FormatFragment, FormatText:
		if body, err = l.render(v.format, view); err == nil && len(body) == 0 {
			err = errors.New("the page is empty")
		}
	case FormatProblem:
		body, err = problem(p, view)
	case FormatUpgrade:
		body = []byte(strconv.Itoa(p.Code) + " " + view.Headline + " (" + markReference + ")\n")
	}
	if err != nil {
		return nil, err
	}
	return r.finish(v.format, p, view, body)
}

// maxFailures bounds what is remembered of failures, and so the lines in the log.
const maxFailures = 32

// report logs every failure once.
func (r *Renderer) report(p *Page, f Format, err error) {
	r.failing.Lock()
	defer r.failing.Unlock()
	text := err.Error()
	if slices.Contains(r.failures, text) || len(r.failures) == maxFailures {
		return
	}
	r.failures = append(r.failures, text)
	r.log.Error().Str("service", p.Service.Name).Stringer("format", f).Err(err).
		Msg("a page cannot be rendered; a simpler one is sent")
}
