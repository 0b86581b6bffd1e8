package errorpages

import (
	"fmt"

	"github.com/rs/zerolog"
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
		for _, p := range own.samples() {
			if err := r.Check(p); err != nil {
				return nil, &KeyError{"templates", err}
			}
		}
		builtin, err := newTemplates(PagesConfig{}, publicPath)
		if err != nil {
			return nil, err
		}
		r.layouts = append(r.layouts, builtin)
	}
	return r, nil
}

// Check renders p in every format and in every language of its brand, and
// returns the first failure: one that Serve would hide behind a simpler page.
func (r *Renderer) Check(p *Page) error {
	for i, lang := range p.Service.Brand.languages {
		for f := range formats {
			if f == FormatNone {
				continue
			}
			if own := p.Service.JSON; own != nil && f == FormatProblem {
				if _, err := own.answer(r.layouts[0], variant{lang: i}, p); err != nil {
					return fmt.Errorf("service %s, %s in %s: %w", p.Service.Name, f, lang, err)
				}
			}
			if _, err := r.attempt(r.layouts[0], variant{lang: i, format: f}, p); err != nil {
				return fmt.Errorf("service %s, %s in %s: %w", p.Service.Name, f, lang, err)
			}
		}
	}
	return nil
}

// CheckLanguages says which language of a brand has no messages, as a *KeyError
// of [brand].
func (r *Renderer) CheckLanguages(b *Brand) error {
	return r.words.check(b.languages)
}
