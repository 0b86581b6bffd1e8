package errorpages

import "github.com/rs/zerolog"

// NewRenderer makes a renderer. publicPath is where the edge serves the files of
// brands, "/.candor" by default. Every error is a *KeyError of [pages].
func NewRenderer(cfg PagesConfig, publicPath string, log zerolog.Logger) (*Renderer, error) {
	ancestors, err := frameAncestors(cfg.FrameAncestors)
	if err != nil {
		return nil, &KeyError{"frame_ancestors", err}
	}
	return newRenderer(ancestors, log), nil
}
