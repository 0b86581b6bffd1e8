package config

import (
	"fmt"
	"strings"
)

// Console is [console]. Users are called as Caddy's authentication calls them, to
// the letter. Who is in no list, here or under a service, may do and see nothing.
type Console struct {
	// Operators see every service, toggle it and publish for it. Default: none.
	Operators []string `json:"operators,omitempty" toml:"operators"`

	// Publishers see every service and publish incident texts for it; they never
	// take one down. Default: none.
	Publishers []string `json:"publishers,omitempty" toml:"publishers"`

	// Viewers see every service and change nothing. Default: none.
	Viewers []string `json:"viewers,omitempty" toml:"viewers"`
}

func (v *validator) console() {
	c := &v.config.Console
	v.users("console.operators", c.Operators)
	v.users("console.publishers", c.Publishers)
	v.users("console.viewers", c.Viewers)
}

// users judges a list of them.
func (v *validator) users(key string, list []string) {
	for i, user := range list {
		if v.later(user) {
			continue
		}
		switch {
		case user == "*":
			v.add(fmt.Sprintf("%s[%d]", key, i), `"*" is nobody: name each user, as Caddy's authentication does`)
		case user == "" || user != strings.TrimSpace(user) || !oneLine(user):
			v.add(fmt.Sprintf("%s[%d]", key, i), "%q is not the name of a user: one line, without spaces around it", user)
		}
	}
}
