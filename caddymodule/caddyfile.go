package caddymodule

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/candor-edge/candor/caddymodule/config"
)

func init() {
	httpcaddyfile.RegisterGlobalOption("candor", parseGlobalOption)
	httpcaddyfile.RegisterHandlerDirective("candor", parseDirective)
	httpcaddyfile.RegisterHandlerDirective("candor_hooks", parseHooks)
	// Outside of the other one: maintenance keeps no webhook out.
	httpcaddyfile.RegisterDirectiveOrder("candor_hooks", httpcaddyfile.Before, "redir")

	// Outside of rewriting, authentication and compression: a dead sign-in
	// gateway is replaced too, maintenance is no password box, and own paths are
	// what the visitor asked for.
	httpcaddyfile.RegisterDirectiveOrder("candor", httpcaddyfile.Before, "redir")
}

// parseGlobalOption reads the configuration file that the global option names:
//
//	candor <candor.toml>
//
// It is read here, where the Caddyfile is adapted, so that what is in it is part
// of the configuration that Caddy compares, shows and keeps.
func parseGlobalOption(d *caddyfile.Dispenser, existing any) (any, error) {
	d.Next()
	if existing != nil {
		return nil, d.Err("the candor option is given twice")
	}
	if !d.NextArg() {
		return nil, d.Err("candor takes the path of a file, such as candor.toml")
	}
	path := d.Val()
	if d.NextArg() {
		return nil, d.Errf("candor takes one file, and %s is one more", d.Val())
	}
	if d.NextBlock(0) {
		return nil, d.Errf("unrecognized option '%s': options are keys of %s", d.Val(), filepath.Base(path))
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(d.File()), path)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, d.Errf("%v", err)
	}
	cfg, err := config.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, d.Errf("there is no file %s", path)
	}
	if err != nil {
		return nil, err
	}
	return httpcaddyfile.App{Name: "candor", Value: caddyconfig.JSON(cfg, nil)}, nil
}

func parseDirective(h httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
	handler := &Handler{matcher: func(name string) (caddy.ModuleMap, error) {
		alone := h // which reads the matcher and nothing else
		alone.Dispenser = caddyfile.NewDispenser([]caddyfile.Token{{Text: "bypass"}, {Text: name}})
		alone.Next()
		set, _, err := alone.MatcherToken()
		return set, err
	}}
	return handler, handler.UnmarshalCaddyfile(h.Dispenser)
}

// UnmarshalCaddyfile sets up the handler. Syntax:
//
//	candor [<matcher>] [<service>] {
//		replace  html|all|empty|proxy|none
//		statuses <code|class...>
//		except   <code|class...>
//		timeout  <duration>|off
//		exempt   <path...>
//		health   <path> [<code>]
//		bypass   <@matcher...>
//		keep     <header...>
//		unify    <code>
//	}
func (h *Handler) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next()
	if d.NextArg() {
		h.Service = d.Val()
		if err := config.CheckName(h.Service); err != nil {
			return d.Errf("service: %v", err)
		}
	}
	if d.NextArg() {
		return d.Errf("candor takes one service, and %s is one more", d.Val())
	}
	seen := make(map[string]bool)
	for d.NextBlock(0) {
		option := d.Val()
		read, ok := options[option]
		if !ok {
			if near := config.Nearest(option, optionNames); near != "" {
				return d.Errf("unrecognized option '%s'; did you mean '%s'?", option, near)
			}
			return d.Errf("unrecognized option '%s'", option)
		}
		if seen[option] {
			return d.Errf("%s is given twice", option)
		}
		seen[option] = true
		if err := read(h, d, d.RemainingArgs()); err != nil {
			return err
		}
		if err := h.judge(); err != nil {
			return d.Errf("%v", err)
		}
		if nesting := d.Nesting(); d.NextBlock(nesting) {
			return d.Errf("%s takes no block", option)
		}
	}
	return nil
}

var optionNames = []string{"replace", "statuses", "except", "timeout", "exempt", "health", "bypass", "keep", "unify"}

// options read one option of the directive each. Whether its values make sense
// is for judge to say, which also judges JSON.
var options = map[string]func(h *Handler, d *caddyfile.Dispenser, args []string) error{
	"replace":  one("replace", func(h *Handler, v string) error { h.Replace = v; return nil }),
	"statuses": many(func(h *Handler) *[]string { return &h.Statuses }),
	"except":   many(func(h *Handler) *[]string { return &h.Except }),
	"exempt":   many(func(h *Handler) *[]string { return &h.Exempt }),
	"keep":     many(func(h *Handler) *[]string { return &h.Keep }),
	"timeout": one("timeout", func(h *Handler, v string) error {
		if v == "off" {
			h.Timeout = -1
			return nil
		}
		dur, err := caddy.ParseDuration(v)
		if err != nil {
			return errors.New("is not a duration such as 10s or 1m, nor off")
		}
		h.Timeout = caddy.Duration(dur)
		return nil
	}),
	"unify": one("unify", func(h *Handler, v string) (err error) {
		if h.Unify, err = strconv.Atoi(v); err != nil {
			return errors.New("is not a status code such as 503")
		}
		return nil
	}),
	"health": func(h *Handler, d *caddyfile.Dispenser, args []string) (err error) {
		if len(args) < 1 || len(args) > 2 {
			return d.ArgErr()
		}
		h.Health = &Health{Path: args[0]}
		if len(args) == 2 {
			if h.Health.Code, err = strconv.Atoi(args[1]); err != nil {
				return d.Errf("health: %q is not a status code", args[1])
			}
		}
		return nil
	},
	"bypass": func(h *Handler, d *caddyfile.Dispenser, args []string) error {
		if len(args) == 0 {
			return d.ArgErr()
		}
		for _, name := range args {
			if !strings.HasPrefix(name, "@") {
				return d.Errf("bypass: %q is not a named matcher such as @staff; paths are for exempt", name)
			}
			if h.matcher == nil {
				return d.Err("bypass: matchers are not known here")
			}
			set, err := h.matcher(name)
			if err != nil {
				return d.Errf("bypass: %v", err)
			}
			h.BypassRaw = append(h.BypassRaw, set)
		}
		return nil
	},
}

func one(option string, set func(h *Handler, v string) error) func(*Handler, *caddyfile.Dispenser, []string) error {
	return func(h *Handler, d *caddyfile.Dispenser, args []string) error {
		if len(args) != 1 {
			return d.Errf("%s takes one value", option)
		}
		if err := set(h, args[0]); err != nil {
			return d.Errf("%s: %q %v", option, args[0], err)
		}
		return nil
	}
}

func many(list func(h *Handler) *[]string) func(*Handler, *caddyfile.Dispenser, []string) error {
	return func(h *Handler, d *caddyfile.Dispenser, args []string) error {
		if len(args) == 0 {
			return d.ArgErr()
		}
		*list(h) = args
		return nil
	}
}

// Interface guards
var (
	_ caddyfile.Unmarshaler = (*Handler)(nil)
)
