package errorpages

import (
	"cmp"
	"errors"
	"html/template"

	"golang.org/x/text/language"
)

// lastResort writes pages that need neither templates nor messages, in English.
// It is what a visitor gets when everything else has failed.
type lastResort struct{}

func (lastResort) view(p *Page, _ language.Tag) (*View, error) {
	v := &View{Lang: "en", Service: cmp.Or(p.Service.Title, "This site")}
	switch p.Cause {
	case CauseClient:
		v.Headline = v.Service + " cannot answer this request"
	case CauseUpload:
		v.Headline, v.Lead = v.Service+" did not get what you sent", "It stopped arriving on the way."
	default:
		v.Headline, v.Lead = v.Service+" is not available", "Your connection is fine. Please try again later."
	}
	if !p.Rehearsal.IsZero() {
		v.Headline = "Rehearsal: " + v.Headline
	}
	return v, nil
}

func (lastResort) render(f Format, v *View) ([]byte, error) {
	switch f {
	case FormatText:
		return []byte(v.Headline + "\n\n" + v.Lead + "\n\nReference: " + markReference + "\n"), nil
	case FormatFragment:
		return []byte(`<section class="candor" role="alert"><p><strong>` + template.HTMLEscapeString(v.Headline) + `</strong></p><p>` +
			template.HTMLEscapeString(v.Lead) + `</p><p>Reference: ` + markReference + "</p></section>\n"), nil
	case FormatHTML:
		headline := template.HTMLEscapeString(v.Headline)
		return []byte(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">` +
			`<meta name="viewport" content="width=device-width,initial-scale=1"><title>` + headline +
			`</title></head><body><main><h1>` + headline + `</h1><p>` + template.HTMLEscapeString(v.Lead) +
			`</p><p>Reference: ` + markReference + `</p></main></body></html>` + "\n"), nil
	}
	return nil, errors.New("only HTML and text are laid out")
}
