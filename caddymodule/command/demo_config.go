package command

import (
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/errorpages"
)

// demoTimeout is longer than the slow app takes, and shorter than anybody's
// patience in a demo.
const demoTimeout = 4 * time.Second

// demoConfig puts one site in front of each app.
func demoConfig(s *stage, addrs []string, debug bool) *caddy.Config {
	app := config.Config{Brand: errorpages.BrandConfig{
		Name:      "Campus IT",
		Languages: []string{"en"},
		Contacts:  []errorpages.Contact{{Label: "IT help desk", URL: "mailto:help@campus.example", Hours: "Mon–Fri 8–18"}},
	}}
	servers := make(map[string]any)
	for i, a := range s.campus.Apps() {
		app.Services = append(app.Services, config.Service{Name: a.Name, Title: a.Title})
		servers[a.Name] = map[string]any{
			"listen":          []string{addrs[i]},
			"automatic_https": caddyhttp.AutoHTTPSConfig{Disabled: true},
			"routes": []any{map[string]any{"handle": []any{
				map[string]any{"handler": "candor", "service": a.Name, "timeout": demoTimeout.String()},
				map[string]any{"handler": "reverse_proxy", "upstreams": []any{map[string]any{"dial": a.Addr()}}},
			}}},
		}
	}
	persist := false
	level := "PANIC" // what breaks in a demo breaks on purpose
	if debug {
		level = "DEBUG"
	}
	log := &caddy.CustomLog{BaseLog: caddy.BaseLog{Level: level}}
	return &caddy.Config{
		Admin:      &caddy.AdminConfig{Listen: s.admin, Config: &caddy.ConfigSettings{Persist: &persist}},
		Logging:    &caddy.Logging{Logs: map[string]*caddy.CustomLog{caddy.DefaultLoggerName: log}},
		StorageRaw: caddyconfig.JSON(map[string]any{"module": "file_system", "root": s.dir}, nil),
		AppsRaw: caddy.ModuleMap{
			"candor": caddyconfig.JSON(app, nil),
			"http":   caddyconfig.JSON(map[string]any{"grace_period": "1s", "servers": servers}, nil),
		},
	}
}
