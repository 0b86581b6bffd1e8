package console

import (
	"strings"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
)

func init() {
	httpcaddyfile.RegisterDirective("candor_console", parseDirective)
	// Inside of authentication, and before whatever else answers a site.
	httpcaddyfile.RegisterDirectiveOrder("candor_console", httpcaddyfile.Before, "respond")
}

// parseDirective also looks at the matcher: where that is a path, the console lives
// there, and its links have to say so.
func parseDirective(h httpcaddyfile.Helper) ([]httpcaddyfile.ConfigValue, error) {
	c := new(Console)
	h.Next()
	if h.NextArg() {
		if path, ok := strings.CutSuffix(h.Val(), "/*"); ok && strings.HasPrefix(path, "/") {
			c.Path = path
		}
	}
	h.Reset()
	h.Next()
	matcher, err := h.ExtractMatcherSet()
	if err != nil {
		return nil, err
	}
	if err := c.UnmarshalCaddyfile(h.Dispenser); err != nil {
		return nil, err
	}
	return h.NewRoute(matcher, c), nil
}

// UnmarshalCaddyfile sets up the console. Syntax:
//
//	candor_console [<matcher>] {
//		path <path>
//		user <placeholder>
//	}
func (c *Console) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next()
	if d.NextArg() {
		return d.ArgErr()
	}
	seen := map[string]bool{}
	for d.NextBlock(0) {
		option := d.Val()
		if seen[option] {
			return d.Errf("%s is given twice", option)
		}
		seen[option] = true
		into, ok := map[string]*string{"path": &c.Path, "user": &c.User}[option]
		if !ok {
			return d.Errf("unrecognized option '%s': there are path and user", option)
		}
		if !d.AllArgs(into) {
			return d.ArgErr()
		}
	}
	if err := c.judge(); err != nil {
		return d.WrapErr(err)
	}
	return nil
}

// Interface guards
var _ caddyfile.Unmarshaler = (*Console)(nil)
