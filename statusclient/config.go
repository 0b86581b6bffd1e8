package statusclient

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"

	"golang.org/x/net/http/httpguts"
)

// What the interval is where the type says nothing else, and how short it may be.
const (
	DefaultInterval = 30 * time.Second
	MinInterval     = 5 * time.Second
)

var backendName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)

// ownHeaders are those that this package sets itself, or that would change how
// an answer is framed.
var ownHeaders = []string{
	"Accept-Encoding", "Connection", "Content-Length", "If-Modified-Since", "If-None-Match", "Range", "Te",
	"Trailer", "Transfer-Encoding", "Upgrade",
}

// Validate judges a backend's configuration with all placeholders resolved. Its
// errors name the backend and the key, never the value of a URL or a header.
func (c BackendConfig) Validate() error {
	if !backendName.MatchString(c.Name) || len(c.Name) > 64 {
		return fmt.Errorf("backend %.80q: name must be 1 to 64 of a-z 0-9 - _ . and start with a letter or digit", c.Name)
	}
	fail := func(err error) error { return fmt.Errorf("backend %s: %w", c.Name, err) }
	if err := checkType(c.Type); err != nil {
		return fail(err)
	}
	if _, err := parseBase(c.URL); err != nil {
		return fail(err)
	}
	if d := time.Duration(c.Interval); d != 0 && d < MinInterval {
		return fail(fmt.Errorf("interval is %s, at least %s is needed", d, MinInterval))
	}
	if err := checkHookSecret(c.HookSecret); err != nil {
		return fail(err)
	}
	if err := c.checkParticular(adapters[c.Type]); err != nil {
		return fail(err)
	}
	for k, v := range c.Headers {
		switch {
		case !httpguts.ValidHeaderFieldName(k):
			return fail(fmt.Errorf("headers: %.80q is no header name", k))
		case !httpguts.ValidHeaderFieldValue(v):
			return fail(fmt.Errorf("headers: the value of %s has characters that no header may have", k))
		case slices.Contains(ownHeaders, http.CanonicalHeaderKey(k)):
			return fail(fmt.Errorf("headers: %s cannot be set", k))
		}
	}
	return nil
}

// parseBase reads the URL of a configuration. What url.Parse says is not
// repeated: it quotes the URL, and somebody may have put a secret there.
func parseBase(s string) (*url.URL, error) {
	if s == "" {
		return nil, errors.New("url is missing")
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, errors.New("url cannot be read")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("url must start with http:// or https://")
	case u.Hostname() == "":
		return nil, errors.New("url has no host")
	case u.User != nil:
		return nil, errors.New("url must not hold a user or password; use headers")
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}
