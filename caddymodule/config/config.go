// Package config is what users configure: one struct, written as candor.toml or
// as the JSON of the app, judged by the same rules and with the same words.
// It knows nothing of Caddy and starts nothing.
package config

import (
	"time"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

// Config is a whole candor.toml, or apps.candor in JSON. Nothing in it is
// required. Placeholders such as {env.TOKEN} work in every string and are
// resolved when the configuration is loaded.
type Config struct {
	// Brand is [brand]: how the pages of every service look and whom they name.
	Brand errorpages.BrandConfig `json:"brand,omitzero" toml:"brand"`

	// Backends are [[backend]]: the status systems that are read. Default: the
	// embedded board alone, which is always there and needs no table.
	Backends []statusclient.BackendConfig `json:"backend,omitempty" toml:"backend"`

	// Services are [[service]]: what visitors use. Default: every site block
	// with the directive is a service that everything concerns.
	Services []Service `json:"service,omitempty" toml:"service"`

	// Public is [public]: what the edge itself answers on every fronted site.
	Public Public `json:"public,omitzero" toml:"public"`

	// Maintenance is [maintenance]: who gets through while a service is held
	// back.
	Maintenance Maintenance `json:"maintenance,omitzero" toml:"maintenance"`

	// Console is [console]: who may do what in the console.
	Console Console `json:"console,omitzero" toml:"console"`

	// Pages is [pages]: templates, texts and framing.
	Pages errorpages.PagesConfig `json:"pages,omitzero" toml:"pages"`

	// FilesHash stands for the content of every file that this configuration
	// names, so that a changed logo is a changed configuration. It is computed
	// when candor.toml is adapted. Default: empty, which JSON users may leave;
	// then a reload notices changed files only if it is forced.
	FilesHash string `json:"files_hash,omitempty" toml:"-"`
}

// Service is one [[service]].
type Service struct {
	// Name is what the directive, the commands and the API call it: up to 64 of
	// a-z 0-9 - _ . with a letter or digit first. Required. "default" is the service
	// of every host that no other one claims.
	Name string `json:"name" toml:"name"`

	// Title is what visitors call it. Default: its name; pages of the service
	// "default" then speak of "this site".
	Title string `json:"title,omitempty" toml:"title"`

	// Components say what it stands on: BACKEND/NAME, BACKEND/GROUP/NAME,
	// BACKEND/ID, or BACKEND/* for all of a backend. Default: none, and then
	// everything that any backend says concerns it.
	Components []string `json:"components,omitempty" toml:"components"`

	// Hosts are the names it is served under, exact or *.example.edu (one label,
	// as in certificates; an exact name wins), for a directive that names no
	// service. Default: none. International names may be written as people do.
	Hosts []string `json:"hosts,omitempty" toml:"hosts"`

	// Upstream is where "dynamic candor" sends its requests: host:port. Whether
	// that is spoken to over TLS is for the transport of reverse_proxy to say.
	// Default: none; the site block says it.
	Upstream string `json:"upstream,omitempty" toml:"upstream"`

	// Brand is [service.brand]: any key of [brand], for this service alone.
	// Default: what [brand] says, key by key; contacts and languages are
	// replaced as whole lists.
	Brand errorpages.BrandConfig `json:"brand,omitzero" toml:"brand"`

	// Alternatives are [[service.alternative]]: other ways to get done what the
	// service is for, up to five, for its pages to offer. Default: none.
	Alternatives []errorpages.Alternative `json:"alternative,omitempty" toml:"alternative"`

	// Pages is [service.pages]: what of [pages] may be another one for this
	// service.
	Pages ServicePages `json:"pages,omitzero" toml:"pages"`

	// FollowMaintenance turns maintenance mode on while a backend says that
	// maintenance of one of the components is in progress, and off at its end. A
	// backend that cannot be asked any more is believed until the end that it
	// announced, or for ten minutes. It takes components. Default: false.
	FollowMaintenance bool `json:"follow_maintenance,omitempty" toml:"follow_maintenance"`

	// MaintenanceFile is a file that turns maintenance mode on while it is there,
	// for deploy scripts; what is in it is the message. It is looked at twice a
	// second. Default: none.
	MaintenanceFile string `json:"maintenance_file,omitempty" toml:"maintenance_file"`

	// BypassNetworks replace those of [maintenance] for this service. Default:
	// those of [maintenance]; an empty list lets no network through.
	BypassNetworks []string `json:"bypass_networks,omitzero" toml:"bypass_networks"`

	// BypassHeader replaces that of [maintenance] for this service. Default: that
	// of [maintenance]; "none" means that no header lets anybody through.
	BypassHeader string `json:"bypass_header,omitempty" toml:"bypass_header"`

	// Operators are users of the console who may toggle this service, publish for
	// it, and see no other one. Default: none beside those of [console].
	Operators []string `json:"operators,omitempty" toml:"operators"`

	// Publishers are users of the console who may publish for this service, and
	// see no other one. Default: none beside those of [console].
	Publishers []string `json:"publishers,omitempty" toml:"publishers"`
}

// ServicePages is [service.pages].
type ServicePages struct {
	// JSON is a template file for this service's errors in JSON. Default: that of
	// [pages].
	JSON string `json:"json,omitempty" toml:"json"`
}

// Public is [public].
type Public struct {
	// Path is where the edge's own answers live on every fronted site. It hides
	// whatever the app has there. Default: "/.candor".
	Path string `json:"path,omitempty" toml:"path"`

	// CORSOrigins are the other origins, as https://app.example.edu, whose
	// scripts may read these answers and our error answers; ["*"] for all.
	// Default: none.
	CORSOrigins []string `json:"cors_origins,omitempty" toml:"cors_origins"`
}

// Maintenance is [maintenance].
type Maintenance struct {
	// BypassNetworks are addresses or CIDR ranges whose visitors get through to
	// the app. Behind another proxy they are only right with Caddy's
	// trusted_proxies. Default: none.
	BypassNetworks []string `json:"bypass_networks,omitempty" toml:"bypass_networks"`

	// BypassHeader is "Name: value"; requests that carry exactly it get through.
	// The value is a secret: write it as "X-Deploy-Key: {env.KEY}". Default:
	// none.
	BypassHeader string `json:"bypass_header,omitempty" toml:"bypass_header"`

	// RemindAfter is how long a maintenance without an end may run before the
	// log, the metrics and "candor status" remind of it. Default: 4h.
	RemindAfter statusclient.Duration `json:"remind_after,omitempty" toml:"remind_after"`

	// Announce is how long before planned work the app's answers say so, in the
	// header Candor-Upcoming; at most a week. Default: not at all.
	Announce statusclient.Duration `json:"announce,omitempty" toml:"announce"`
}

// maxAnnounce is how far ahead planned work is known.
const maxAnnounce = statusclient.Duration(7 * 24 * time.Hour)

// The defaults and reserved words of a configuration.
const (
	defaultPath    = "/.candor"
	DefaultService = "default" // of the hosts that no service claims
	defaultRemind  = statusclient.Duration(4 * time.Hour)
	boardName      = "board"            // the embedded backend; no [[backend]] may be called so
	FlagName       = "maintenance_file" // what is said by these files; nor so
	noHeader       = "none"             // as a service's BypassHeader
)
