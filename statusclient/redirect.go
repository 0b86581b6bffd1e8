package statusclient

import (
	"fmt"
	"net/http"
	"net/url"
)

// followOnSameHost keeps configured headers from going where nobody meant them
// to go, and a backend from pointing the edge at its own network.
func followOnSameHost(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	switch {
	case len(via) > maxRedirects:
		return redirectError(fmt.Sprintf("redirects more than %d times", maxRedirects))
	case req.URL.Hostname() != first.Hostname():
		return redirectError(fmt.Sprintf("redirects to another host (%s)", cleanLine(req.URL.Hostname(), 100)))
	case req.URL.User != nil:
		return redirectError("redirects to an address with a user name")
	case req.URL.Scheme == "https" && first.Scheme == "http":
		return nil
	case req.URL.Scheme != first.Scheme || port(req.URL) != port(first):
		return redirectError("redirects to another port or scheme of its host")
	}
	return nil
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	default:
		return "80"
	}
}
