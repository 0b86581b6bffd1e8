package errorpages

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// JSONTemplate writes errors in the shape that the clients of an API know, in
// place of problem details. It is immutable and safe for concurrent use.
//
// The file is JSON with actions of html/template in it. They stand for a value,
// {"status": {{.Code}}}, or in a string, {"text": "{{.Headline}} ({{.Code}})"};
// either way what is inserted is escaped for its place.
type JSONTemplate struct {
	path string
	tmpl *template.Template
}

// JSONView is what such a template sees: a View, and what problem details say.
type JSONView struct {
	*View
	Problem *Problem // for programs: {{.Problem.Incidents}} is a list
}

// html/template knows how to escape for JSON: that of a script element.
const (
	jsonBefore = `<script type="application/json">`
	jsonAfter  = `</script>`

	maxJSONTemplate = 64 << 10
)

// markup would end that element.
var markup = regexp.MustCompile(`(?i)</?script|<!--`)

// NewJSONTemplate reads a template and tries it with every page. Errors name the
// file, and the line where one is to blame.
func (r *Renderer) NewJSONTemplate(path string) (*JSONTemplate, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxJSONTemplate+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxJSONTemplate:
		return nil, fmt.Errorf("%s: is larger than %d KiB", path, maxJSONTemplate>>10)
	case markup.Match(data):
		return nil, fmt.Errorf(`%s: holds markup that is read as HTML: write \u003c for <`, path)
	}
	t := &JSONTemplate{path: path}
	name := filepath.Base(path)
	if t.tmpl, err = template.New(name).Parse(jsonBefore + string(data) + jsonAfter); err != nil {
		return nil, t.located(err)
	}
	for _, p := range samples() {
		for i := range p.Service.Brand.languages {
			if _, err := t.answer(r.layouts[0], variant{lang: i}, p); err != nil {
				return nil, fmt.Errorf("%w (state %s, cause %s)", err, p.State(), p.Cause)
			}
		}
	}
	return t, nil
}

func (t *JSONTemplate) located(err error) error {
	s := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(err.Error(), "html/"), "template: "), "template:")
	return errors.New(filepath.Join(filepath.Dir(t.path), s))
}

// answer is one finished rendering, or says why there is none.
func (t *JSONTemplate) answer(l layout, v variant, p *Page) (a *answer, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			a, err = nil, fmt.Errorf("%s: panic: %v", t.path, cause)
		}
	}()
	view, err := l.view(p, p.Service.Brand.languages[v.lang])
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.tmpl.Execute(&b, &JSONView{view, newProblem(p, view)}); err != nil {
		return nil, t.located(err)
	}
	written := b.Bytes()[len(jsonBefore) : b.Len()-len(jsonAfter)]
	if err := json.Unmarshal(written, new(any)); err != nil {
		return nil, t.invalid(written, err)
	}
	var body bytes.Buffer
	_ = json.Compact(&body, written) // it is JSON
	body.WriteByte('\n')
	return newAnswer(p.Code, body.Bytes(), append(headersFor(p),
		header{"Content-Language", view.Lang}, header{"Content-Type", "application/json"})), nil
}

// invalid tells where the output stops being JSON: the line of the template may
// be another one.
func (t *JSONTemplate) invalid(body []byte, err error) error {
	var at *json.SyntaxError
	if !errors.As(err, &at) {
		return fmt.Errorf("%s: %w", t.path, err)
	}
	end := min(int(at.Offset), len(body))
	line := body[bytes.LastIndexByte(body[:max(end-1, 0)], '\n')+1 : end]
	return fmt.Errorf("%s: makes no JSON: %w, at the end of %q", t.path, err, line[max(0, len(line)-60):])
}
