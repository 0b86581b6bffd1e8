// Package console is the web page where staff toggle services and publish. It is
// a client of the admin API inside the process: it decides who may ask for what,
// and shows what there is; what an edit does and whether it may is the API's.
package console

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"
)

func init() {
	caddy.RegisterModule(new(Console))
}

// Console is the web page where staff take services offline and publish what is
// known. Who they are is for Caddy's authentication to say, and what they may do
// for [console] in candor.toml; to everybody else it is closed.
type Console struct {
	// Path is the path that the console lives at, where it is not the whole site:
	// "/console". What handle_path has taken off does not count. In a Caddyfile it
	// is that of the matcher. Default: none.
	Path string `json:"path,omitempty"`

	// User is the placeholder that tells who asks: {http.auth.user.…}, or
	// {http.reverse_proxy.header.…} of what an authentication gateway behind
	// forward_auth has answered. Default: {http.auth.user.id}.
	User string `json:"user,omitempty"`

	id     string // the name of the placeholder
	desk   Desk
	roles  *roles
	look   *look
	form   *signer
	called map[string]string // what visitors call services, by name
	reads  map[string]bool   // the backends that are configured
	born   time.Time
	logger *zap.Logger
	now    func() time.Time
}

// CaddyModule returns the Caddy module information.
func (*Console) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.candor_console",
		New: func() caddy.Module { return new(Console) },
	}
}

const defaultUser = "{http.auth.user.id}"

// Provision implements caddy.Provisioner.
func (c *Console) Provision(ctx caddy.Context) error {
	c.logger, c.now = ctx.Logger(), time.Now
	if err := c.judge(); err != nil {
		return err
	}
	app, err := ctx.App("candor")
	if err != nil {
		return fmt.Errorf("candor: %w", err)
	}
	office, ok := app.(interface{ ConsoleDesk() Desk })
	if !ok {
		return errors.New("the app candor is not what it should be")
	}
	c.desk = office.ConsoleDesk()
	c.form = &signer{storage: ctx.Storage()}
	c.born, c.called, c.reads = c.now(), map[string]string{}, map[string]bool{}
	for _, b := range c.desk.Config().Backends {
		c.reads[b.Name] = true
	}
	for _, s := range c.desk.Config().Services {
		c.called[s.Name] = s.Title
	}
	c.roles = newRoles(c.desk.Config())
	if c.roles.nobody() {
		c.logger.Warn("the console is closed to everybody: name users in operators, publishers or viewers of [console] in candor.toml")
	}
	c.look, err = newLook(c.desk.Brand().View())
	return err
}

// judge works out what the options mean, or says what is wrong with them.
func (c *Console) judge() error {
	if c.Path != "" {
		if c.Path[0] != '/' || cleanPath(c.Path) != c.Path || c.Path == "/" || strings.ContainsAny(c.Path, "*{}") {
			return fmt.Errorf("path: %q is not a path such as /console: from the root, without a slash at the end", c.Path)
		}
	}
	id, ok := trustedUser(cmp.Or(c.User, defaultUser))
	if !ok {
		// Everything else either anybody may send, or is the same for everybody.
		return fmt.Errorf("user: %q is not what authentication has found out; it has to be one placeholder, "+
			"{http.auth.user.id} or {http.reverse_proxy.header.NAME}", c.User)
	}
	c.id = id
	return nil
}

// trustedUser is the name of a placeholder, if it is one that only authentication
// fills.
func trustedUser(s string) (name string, ok bool) {
	const auth, gateway = "http.auth.user.", "http.reverse_proxy.header."
	if len(s) < 3 || s[0] != '{' || s[len(s)-1] != '}' || strings.ContainsAny(s[1:len(s)-1], "{}:") {
		return "", false
	}
	name = s[1 : len(s)-1]
	if rest, ok := strings.CutPrefix(name, gateway); ok {
		return gateway + http.CanonicalHeaderKey(rest), rest != ""
	}
	return name, strings.HasPrefix(name, auth) && len(name) > len(auth)
}

// userOf is who Caddy's authentication says is asking, empty if nobody.
func (c *Console) userOf(r *http.Request) User {
	repl, ok := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
	if !ok {
		return User{}
	}
	name, _ := repl.GetString(c.id)
	ip, _ := caddyhttp.GetVar(r.Context(), caddyhttp.ClientIPVarKey).(string)
	return User{Name: strings.TrimSpace(name), Address: ip}
}

// ServeHTTP implements caddyhttp.MiddlewareHandler. It never calls next: whatever
// lies below is not for whoever is at the console.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request, _ caddyhttp.Handler) error {
	v := c.visit(w, r)
	switch {
	case v.user.Name == "":
		v.refuse(http.StatusForbidden, "refused.anonymous")
	case v.rights.none():
		v.refuse(http.StatusForbidden, "refused.unknown")
	default:
		v.serve()
	}
	return nil
}

// Interface guards
var (
	_ caddy.Provisioner           = (*Console)(nil)
	_ caddyhttp.MiddlewareHandler = (*Console)(nil)
)
