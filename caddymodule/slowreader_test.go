package caddymodule

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// A visitor who takes nothing in must not keep an app busy longer than one who does.
func TestAReaderWhoReadsNothingDoesNotKeepTheAppBusy(t *testing.T) {
	var asked, over atomic.Int32
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		defer over.Add(1)
		if r.URL.Path == "/endless" {
			w.WriteHeader(500)
			unwanted["endless"](w, r)
		}
		<-r.Context().Done()
	})
	e := startEdge(t, "servers {\ntimeouts {\nwrite_idle 1h\n}\n}", "candor {\ntimeout 50ms\n}\nreverse_proxy "+up)
	conn, err := tls.Dial("tcp", fmt.Sprintf("localhost:%d", e.https), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, http2.ClientPreface)
	frames := http2.NewFramer(conn, conn)
	_ = frames.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 0})
	var fields bytes.Buffer
	enc := hpack.NewEncoder(&fields)
	const streams = 6
	for n := range streams {
		fields.Reset()
		path := [...]string{"/hangs", "/endless"}[n%2]
		for _, f := range [][2]string{{":method", "GET"}, {":scheme", "https"}, {":authority", fmt.Sprintf("localhost:%d", e.https)}, {":path", path}, {"accept", "text/html"}} {
			_ = enc.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]})
		}
		_ = frames.WriteHeaders(http2.HeadersFrameParam{StreamID: uint32(2*n + 1), BlockFragment: fields.Bytes(), EndStream: true, EndHeaders: true})
	}
	wait(t, "the app to be left alone", func() bool { return asked.Load() == streams && over.Load() == streams })
}
