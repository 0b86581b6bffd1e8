package errorpages

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"golang.org/x/text/language"
)

// layout is one way to write and lay out pages. Both methods may fail and may
// panic.
type layout interface {
	// view says what p says, in one of the languages of its brand.
	view(p *Page, lang language.Tag) (*View, error)

	// render lays a view out. It is asked for FormatHTML and FormatText.
	render(f Format, v *View) ([]byte, error)
}

// compose renders a variant for p. It never fails: each layout stands in for the
// one before it, and the last cannot fail.
func (r *Renderer) compose(v variant, p *Page) *answer {
	if p.Code < 400 || p.Code > 999 { // never 200 for a failure, and net/http panics past 999
		fixed := *p
		fixed.Code = http.StatusServiceUnavailable
		p = &fixed
	}
	for _, a := range r.layouts {
		done, err := r.attempt(a, v, p)
		if err == nil {
			return done
		}
		r.report(p, v.format, err)
	}
	done, err := r.attempt(lastResort{}, v, p)
	if err != nil { // not even that: the code alone
		r.report(p, v.format, err)
		return r.finish(v, p, nil, nil)
	}
	return done
}

// report logs a failure unless it is the one that was logged last.
func (r *Renderer) report(p *Page, f Format, err error) {
	text := err.Error()
	if old := r.failure.Swap(&text); old != nil && *old == text {
		return
	}
	r.log.Error().Str("service", p.Service.Name).Stringer("format", f).Err(err).
		Msg("a page cannot be rendered; a simpler one is sent")
}

// attempt renders in one layout, whose panics are errors.
func (r *Renderer) attempt(a layout, v variant, p *Page) (done *answer, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			done, err = nil, fmt.Errorf("panic: %v", cause)
		}
	}()
	if v.format == FormatNone {
		return r.finish(v, p, nil, nil), nil
	}
	view, err := a.view(p, p.Service.Brand.languages[v.lang])
	if err != nil {
		return nil, err
	}
	var body []byte
	switch v.format {
	case FormatHTML, FormatText:
		if body, err = a.render(v.format, view); err == nil && len(body) == 0 {
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
	return r.finish(v, p, view, body), nil
}
