package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

var (
	validPath   = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+$`)
	validScheme = regexp.MustCompile(`^[a-z][a-z0-9+.-]*$`)
)

func (v *validator) public() {
	p := v.config.Public
	if p.Path != "" && !v.later(p.Path) && (path.Clean(p.Path) != p.Path || !validPath.MatchString(p.Path)) {
		v.add("public.path", `%q is not a path such as "/.candor": from the root, without a slash at the end`, p.Path)
	}
	for i, o := range p.CORSOrigins {
		if v.later(o) {
			continue
		}
		if o == "*" {
			if len(p.CORSOrigins) > 1 {
				v.add(fmt.Sprintf("public.cors_origins[%d]", i), `"*" stands alone: it is every origin`)
			}
		} else if _, err := Origin(o); err != nil {
			v.add(fmt.Sprintf("public.cors_origins[%d]", i), "%v", err)
		}
	}
}

// Origin reads scheme://host[:port] into the form that browsers send.
func Origin(s string) (string, error) {
	u, err := url.Parse(strings.ToLower(s))
	if err != nil || !validScheme.MatchString(u.Scheme) || u.Host == "" || u.User != nil ||
		u.Path != "" || u.RawQuery != "" || u.ForceQuery || strings.Contains(s, "#") {
		return "", fmt.Errorf("%q is not an origin such as https://app.example.edu: scheme, host and port, nothing behind", s)
	}
	host, err := hostName(u.Hostname())
	if err != nil {
		return "", fmt.Errorf("%q is not an origin: %w", s, err)
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && u.Scheme+port != "http80" && u.Scheme+port != "https443" {
		host += ":" + port
	}
	return u.Scheme + "://" + host, nil
}

// maintenance judges what lets visitors through, for all or one service.
func (v *validator) maintenance(key string, networks []string, header string) {
	for i, n := range networks {
		if v.later(n) {
			continue
		}
		if _, err := network(n); err != nil {
			v.add(fmt.Sprintf("%s.bypass_networks[%d]", key, i), "%v", err)
		}
	}
	if header != "" && !v.later(header) {
		if _, _, err := splitHeader(header); err != nil {
			v.add(key+".bypass_header", "%v", err)
		}
	}
}

// network reads an address or a CIDR range.
func network(s string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), nil
	}
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
	}
	return netip.Prefix{}, fmt.Errorf("%q is neither an address nor a range such as 10.1.0.0/16", s)
}

// splitHeader reads "Name: value". Its errors do not repeat the value.
func splitHeader(s string) (name, value string, err error) {
	name, value, _ = strings.Cut(s, ":")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !httpguts.ValidHeaderFieldName(name) || value == "" || !httpguts.ValidHeaderFieldValue(value) {
		return "", "", errors.New(`must be written as "Name: value"`)
	}
	return name, value, nil
}

// MaintenanceFor is what lets visitors through to one service.
func (c *Config) MaintenanceFor(s *Service) Maintenance {
	m := c.Maintenance
	if s.BypassNetworks != nil {
		m.BypassNetworks = s.BypassNetworks
	}
	switch s.BypassHeader {
	case "":
	case noHeader:
		m.BypassHeader = ""
	default:
		m.BypassHeader = s.BypassHeader
	}
	return m
}

// Networks are the bypass networks of a valid configuration.
func (m *Maintenance) Networks() []netip.Prefix {
	var out []netip.Prefix
	for _, n := range m.BypassNetworks {
		if p, err := network(n); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// Header is the bypass header of a valid configuration; no name means none.
func (m *Maintenance) Header() (name, value string) {
	name, value, _ = splitHeader(m.BypassHeader)
	return name, value
}

func (v *validator) frameAncestors() {
	list := v.config.Pages.FrameAncestors
	if v.later(list) {
		return
	}
	sources := strings.Fields(list)
	for _, s := range sources {
		word := strings.ToLower(s)
		if none := word == "none" || word == "'none'"; none && len(sources) > 1 {
			v.add("pages.frame_ancestors", `"none" stands alone`)
		} else if !slices.Contains([]string{"none", "'none'", "self", "'self'", "*"}, word) && !validSource(s) {
			v.add("pages.frame_ancestors", "%q is not none, self, or a site such as https://intranet.example.edu", s)
		}
	}
}

// validSource reports whether s is a host or an origin, perhaps with a wildcard,
// as a Content-Security-Policy takes them.
func validSource(s string) bool {
	if scheme, rest, ok := strings.Cut(s, "://"); ok {
		if !validScheme.MatchString(scheme) {
			return false
		}
		s = rest
	}
	if host, port, ok := strings.Cut(s, ":"); ok {
		if port != "*" && !validPort(port) {
			return false
		}
		s = host
	}
	_, err := hostPattern(s)
	return err == nil
}
