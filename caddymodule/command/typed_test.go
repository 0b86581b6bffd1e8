package command

import (
	"testing"

	"github.com/caddyserver/caddy/v2"
)

func TestTheDemoNamesItselfAsItWasStarted(t *testing.T) {
	was := caddy.CustomBinaryName
	t.Cleanup(func() { caddy.CustomBinaryName = was })
	for _, c := range []struct{ name, arg0, want string }{
		{binary, "candor", "candor"}, {binary, "./candor", "./candor"}, {binary, "/tmp/go-build123/b001/exe/candor", "go run ./cmd/candor"},
		{"", "caddy", "caddy candor"}, {"", "./caddy", "caddy candor"},
	} {
		caddy.CustomBinaryName = c.name
		if got := typed(c.arg0); got != c.want {
			t.Errorf("%s: %q, want %q", c.arg0, got, c.want)
		}
	}
}
