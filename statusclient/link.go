package statusclient

import (
	"net/netip"
	"net/url"
	"strings"
)

// pageURL is the configured URL as a link for people: without what may be secret.
func pageURL(s string) string {
	u, err := parseBase(s)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}

// public is a link if visitors can follow it: hosts that only this network knows
// are of no use to them, and none of their business.
func public(link string) string {
	u, err := url.Parse(link)
	if err != nil || internal(u.Hostname()) {
		return ""
	}
	return link
}

// linkPublic drops the links that visitors cannot follow.
func (s *Status) linkPublic() {
	for i := range s.Incidents {
		s.Incidents[i].URL = public(s.Incidents[i].URL)
	}
	for i := range s.Maintenances {
		s.Maintenances[i].URL = public(s.Maintenances[i].URL)
	}
}

func internal(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsUnspecified()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if !strings.Contains(host, ".") {
		return true
	}
	for _, inner := range []string{".local", ".internal", ".localhost", ".home.arpa"} {
		if strings.HasSuffix(host, inner) {
			return true
		}
	}
	return false
}
