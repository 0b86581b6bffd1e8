package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// hostPattern reads a host, exact or *.example.edu, into the form that the host
// of a request is compared with.
func hostPattern(s string) (string, error) {
	rest, wildcard := strings.CutPrefix(s, "*.")
	host, err := hostName(rest)
	if err != nil {
		return "", fmt.Errorf("%q is not a host such as portal.example.edu or *.example.edu: %w", s, err)
	}
	if !wildcard {
		return host, nil
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return "", fmt.Errorf("%q is not a host: an address has no names below it", s)
	}
	return "*." + host, nil
}

// hostName reads an exact host: lower case, international names as punycode.
func hostName(s string) (string, error) {
	if addr, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return addr.String(), nil
	}
	s = strings.ToLower(strings.TrimSuffix(s, "."))
	switch {
	case s == "":
		return "", errors.New("it is empty")
	case strings.Contains(s, "*"):
		return "", errors.New(`"*" may only be its first label`)
	case strings.Contains(s, "/"):
		return "", errors.New("leave out the scheme and the path")
	case strings.Contains(s, ":"):
		return "", errors.New("leave out the port")
	}
	if strings.IndexFunc(s, func(r rune) bool { return r > 0x7f }) >= 0 {
		ascii, err := idna.Lookup.ToASCII(s)
		if err != nil {
			return "", errors.New("not a valid international name")
		}
		s = ascii
	}
	if len(s) > 253 {
		return "", errors.New("longer than 253 characters")
	}
	for label := range strings.SplitSeq(s, ".") {
		if !validLabel(label) {
			return "", fmt.Errorf("%q cannot be part of a name", label)
		}
	}
	return s, nil
}

func validLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// checkUpstream judges host:port.
func checkUpstream(s string) error {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return fmt.Errorf("%q is not host:port", s)
	}
	if _, err := hostName(host); err != nil {
		return fmt.Errorf("%q is not host:port: %w", s, err)
	}
	if !validPort(port) {
		return fmt.Errorf("%q has no port between 1 and 65535", s)
	}
	return nil
}

func validPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}
