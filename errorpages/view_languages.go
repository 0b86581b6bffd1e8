package errorpages

import (
	"net/url"
	"slices"

	"golang.org/x/text/language"
)

// languages are what a page can be read in, the brand's first language first.
// Behind every one stands a text of the catalog: two that have the same are one.
func (t *templates) languages(p *Page, current *locale) []LanguageView {
	tags := p.Service.Brand.languages
	if len(tags) < 2 || p.Received != ReceivedUnsaid {
		return nil
	}
	var all []LanguageView
	for _, tag := range tags {
		l := t.words.locale(tag)
		lang := l.tag.String()
		if slices.ContainsFunc(all, func(v LanguageView) bool { return v.Lang == lang }) {
			continue
		}
		v := LanguageView{Lang: lang, Dir: l.dir, Name: l.name()}
		if l != current {
			v.URL = t.base + "/lang?to=" + url.QueryEscape(tag.String())
		}
		all = append(all, v)
	}
	if len(all) < 2 {
		return nil
	}
	return all
}

// mixed reports whether staff probably write in another language than the page
// is in: they write for the readers of the brand's first language.
func (t *templates) mixed(p *Page, current *locale) bool {
	tags := p.Service.Brand.languages
	return len(tags) > 0 && t.words.locale(tags[0]) != current
}

// view says what p says at the time of p.
func (t *templates) view(p *Page, tag language.Tag) (*View, error) {
	l := t.words.locale(tag)
	v := newView(p, l, p.Time, t.base)
	v.Languages = t.languages(p, l)
	v.Mixed = t.mixed(p, l)
	v.assets = t.assets
	return v, nil
}
