// Command candor is Caddy with its standard modules and Candor.
package main

import (
	_ "github.com/caddyserver/caddy/v2/modules/standard"

	_ "github.com/candor-edge/candor/caddymodule"
	"github.com/candor-edge/candor/caddymodule/command"
)

func main() { command.Main() }
