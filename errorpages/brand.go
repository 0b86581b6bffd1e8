package errorpages

// BrandConfig is [brand], and [service.brand] where a service differs: there,
// what is left out is taken from [brand].
type BrandConfig struct {
	// Name is the organisation as visitors know it. Default: none is shown.
	Name string `json:"name,omitempty" toml:"name"`

	// Logo is the path of an SVG or PNG file. Up to 4 KiB it is part of the
	// page, else the edge serves it under the public path. Default: none.
	Logo string `json:"logo,omitempty" toml:"logo"`

	// Accent is a colour, #rgb or #rrggbb, for links and the button. It must be
	// readable on the page: 4.5:1. Default: a dark blue.
	Accent string `json:"accent,omitempty" toml:"accent"`

	// StatusURL is the public status page, best on another domain and another
	// network than what it reports on. Default: none is linked.
	StatusURL string `json:"status_url,omitempty" toml:"status_url"`

	// Languages are BCP 47 tags that pages may be shown in; the first is used
	// when the visitor asks for none of them. Default: ["en"].
	Languages []string `json:"languages,omitempty" toml:"languages"`

	// Timezone is the IANA zone that times are written in. Default: UTC.
	Timezone string `json:"timezone,omitempty" toml:"timezone"`

	// Contacts are whom to ask or tell, in this order.
	Contacts []Contact `json:"contact,omitempty" toml:"contact"`
}

// Contact is one way to reach people.
type Contact struct {
	Label string `json:"label" toml:"label"`           // "IT help desk"
	URL   string `json:"url,omitempty" toml:"url"`     // https:, http:, mailto: or tel:; a mailto gets the reference as its subject
	Hours string `json:"hours,omitempty" toml:"hours"` // "Mon–Fri 8–18"
}

// PagesConfig is [pages].
type PagesConfig struct {
	// Templates is a folder whose files stand in for the built-in templates of
	// the same name. Default: the built-in ones.
	Templates string `json:"templates,omitempty" toml:"templates"`

	// Messages is a folder of message files, LANGUAGE.toml each: it overrides a
	// text or adds a language. Default: the built-in ones.
	Messages string `json:"messages,omitempty" toml:"messages"`

	// FrameAncestors is the CSP source list of sites that may show a page in a
	// frame. Default: none.
	FrameAncestors string `json:"frame_ancestors,omitempty" toml:"frame_ancestors"`
}

// Brand is a BrandConfig made ready: checked, its files read.
type Brand struct{}
