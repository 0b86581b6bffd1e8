package caddymodule

import (
	"fmt"
	"testing"
	"time"
)

func TestWhoIsLetThroughWhileAServiceIsHeldBack(t *testing.T) {
	t.Setenv("CANDOR_TEST_KEY", "s3cret")
	e := startEdge(t, fmt.Sprintf("candor %s\nservers {\ntrusted_proxies static 127.0.0.0/8 ::1/128\n}", tomlFile(t, `
		[maintenance]
		bypass_networks = ["10.1.0.0/16", "2001:db8::/32"]
		bypass_header = "X-Deploy-Key: {env.CANDOR_TEST_KEY}"
		[[service]]
		name = "portal"
		[[service]]
		name = "strict"
		bypass_networks = []
		bypass_header = "none"`)), "handle /strict {\ncandor strict\nrespond in{http.request.header.X-Deploy-Key}\n}\nhandle {\ncandor portal\nrespond in{http.request.header.X-Deploy-Key}\n}")
	e.hold("*", time.Hour)
	for _, c := range []struct {
		h    header
		path string
		in   bool
	}{
		{nil, "/", false},
		{header{"X-Forwarded-For": "10.1.2.3"}, "/", true},
		{header{"X-Forwarded-For": "2001:db8::1"}, "/", true},
		{header{"X-Forwarded-For": "::ffff:10.1.2.3"}, "/", true},
		{header{"X-Forwarded-For": "10.2.2.3"}, "/", false},
		{header{"X-Forwarded-For": "nonsense"}, "/", false},
		{header{"X-Deploy-Key": "s3cret"}, "/", true},
		{header{"X-Deploy-Key": "s3cre"}, "/", false},
		{header{"X-Deploy-Key": "s3cret "}, "/", true}, // HTTP strips the space
		{header{"X-Deploy-Key": ""}, "/", false},
		{header{"X-Deploy-Key": "{env.CANDOR_TEST_KEY}"}, "/", false},
		{header{"X-Forwarded-For": "10.1.2.3", "X-Deploy-Key": "s3cret"}, "/strict", false},
	} {
		if a := e.get(e.h1, c.path, c.h); (a.body == "in") != c.in {
			t.Errorf("%s %v: %d", c.path, c.h, a.StatusCode)
		}
	}
}
