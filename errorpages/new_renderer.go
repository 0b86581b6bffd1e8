package errorpages

import (
	"fmt"

	"github.com/rs/zerolog"
	"golang.org/x/text/language"
)

// NewRenderer reads templates and messages and tries every page. publicPath is
// where the edge serves the files of brands, "/.candor" by default. Every error
// is a *KeyError of [pages].
func NewRenderer(cfg PagesConfig, publicPath string, log zerolog.Logger) (*Renderer, error) {
	ancestors, err := frameAncestors(cfg.FrameAncestors)
	if err != nil {
		return nil, &KeyError{"frame_ancestors", err}
	}
	own, err := newTemplates(cfg, publicPath)
	if err != nil {
		return nil, err
	}
	r := newRenderer(ancestors, log, own)
	r.words, r.assets = own.words, own.assets
	if cfg.Templates != "" || cfg.Messages != "" {
		if err := try(cfg, publicPath); err != nil {
			return nil, err
		}
		builtin, err := newTemplates(PagesConfig{}, publicPath)
		if err != nil {
			return nil, err
		}
		r.layouts = append(r.layouts, builtin)
	}
	return r, nil
}

// try renders every page with the operator's templates and words, so that they
// fail now and not in an outage. It does so with a renderer that is thrown away:
// all languages are megabytes, which an edge seldom needs. What is built in is
// tried by a test.
func try(cfg PagesConfig, publicPath string) error {
	t, err := newTemplates(cfg, publicPath)
	if err != nil {
		return err
	}
	r := newRenderer("'none'", zerolog.Nop(), t)
	r.words, r.assets = t.words, t.assets
	pages := t.samples()
	for _, l := range t.words.locales {
		nth := 1
		if l.tag != language.English && !l.altered {
			if nth = 8; t.dir == "" { // a template seldom asks for the language
				continue
			}
		}
		if err := r.tryIn(l.tag, pages, nth); err != nil {
			return &KeyError{"templates", err}
		}
	}
	return nil
}

// tryIn renders every nth page in one language.
func (r *Renderer) tryIn(tag language.Tag, pages []*Page, nth int) error {
	for i := 0; i < len(pages); i += nth {
		p := *pages[i]
		svc, brand := *p.Service, *p.Service.Brand
		brand.languages, brand.names = append([]language.Tag{tag}, brand.languages...), append([]string{tag.String()}, brand.names...)
		svc.Brand, p.Service = &brand, &svc
		if _, err := r.inEveryFormat(&p, 0); err != nil {
			return fmt.Errorf("%w (%s page, %s)", err, p.State(), tag)
		}
	}
	return nil
}

// Check renders p in every format and in every language of its brand, and
// returns the first failure: one that Serve would hide behind a simpler page.
func (r *Renderer) Check(p *Page) error {
	for i, lang := range p.Service.Brand.languages {
		if f, err := r.inEveryFormat(p, i); err != nil {
			return fmt.Errorf("service %s, %s in %s: %w", p.Service.Name, f, lang, err)
		}
	}
	return nil
}

// inEveryFormat renders p in one language of its brand, and returns the first
// format that fails.
func (r *Renderer) inEveryFormat(p *Page, lang int) (Format, error) {
	for f := range formats {
		if f == FormatNone {
			continue
		}
		if own := p.Service.JSON; own != nil && f == FormatProblem {
			if _, err := own.answer(r.layouts[0], variant{lang: lang}, p); err != nil {
				return f, err
			}
		}
		if _, err := r.attempt(r.layouts[0], variant{lang: lang, format: f}, p); err != nil {
			return f, err
		}
	}
	return 0, nil
}

// CheckLanguages says which language of a brand has no messages, as a *KeyError
// of [brand].
func (r *Renderer) CheckLanguages(b *Brand) error {
	return r.words.check(b.languages)
}
