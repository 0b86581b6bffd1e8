package caddymodule

import (
	"net/http"

	"github.com/candor-edge/candor/errorpages"
)

// sendToPage has htmx leave following a link to the browser. By itself it would
// show nothing of a failure, or put the page into the one that is shown: this
// way the visitor gets the page at the address that they wanted.
func sendToPage(header http.Header, r *http.Request) {
	if len(r.Header["Hx-Request"]) == 0 || !safeMethod(r.Method) || !errorpages.FollowsLink(r.Header) {
		return
	}
	uri := originalURI(r)
	// Two slashes would be another host.
	if uri == "" || uri[0] != '/' || len(uri) > 1 && (uri[1] == '/' || uri[1] == '\\') {
		return
	}
	header.Set("Hx-Redirect", uri)
}
