package statusclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

func TestRedirectsStayOnTheirHost(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		from, to string
		ok       bool
	}{
		"another path":           {"https://a.example/x", "https://a.example/y", true},
		"to https":               {"http://a.example/", "https://a.example/", true},
		"to https on its port":   {"http://a.example:80/", "https://a.example:443/", true},
		"default port spelled":   {"https://a.example/", "https://a.example:443/", true},
		"back to http":           {"https://a.example/", "http://a.example/", false},
		"another host":           {"https://a.example/", "https://b.example/", false},
		"a host below":           {"https://a.example/", "https://x.a.example/", false},
		"a host that looks like": {"https://a.example/", "https://a.example.evil/", false},
		"another port":           {"https://a.example/", "https://a.example:8443/", false},
		"a user name":            {"https://a.example/", "https://u@a.example/", false},
		"an address inside":      {"https://a.example/", "http://169.254.169.254/", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, to := must(url.Parse(tc.from)), must(url.Parse(tc.to))
			err := followOnSameHost(&http.Request{URL: to}, []*http.Request{{URL: from}})
			if (err == nil) != tc.ok {
				t.Errorf("%s to %s: %v", tc.from, tc.to, err)
			}
		})
	}
}

func TestRetryAfterIsReadInBothForms(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for give, want := range map[string]time.Duration{
		"":                              0,
		"0":                             0,
		"90":                            90 * time.Second,
		"-5":                            0,
		"soon":                          0,
		"1.5":                           0,
		"99999999999999999999":          0,
		"18446744073709551615":          time.Hour,
		"Fri, 20 Nov 2026 12:10:00 GMT": 10 * time.Minute,
		"Fri, 20 Nov 2026 11:10:00 GMT": 0,
		"Fri, 20 Nov 2099 12:10:00 GMT": time.Hour,
	} {
		if got := retryAfter(http.Header{"Retry-After": {give}}, now); got != want {
			t.Errorf("%q is %s, want %s", give, got, want)
		}
	}
}

func TestErrorsAreInOurOwnWords(t *testing.T) {
	t.Parallel()
	wrap := func(err error) error { return &url.Error{Op: "Get", URL: "https://a.example/s3cret", Err: err} }
	for want, err := range map[string]error{
		"cancelled":                                     context.Canceled,
		"no complete answer within 2.5s":                context.DeadlineExceeded,
		"host name not found":                           &net.DNSError{IsNotFound: true, Name: "s3cret"},
		"host name cannot be looked up":                 &net.DNSError{IsTimeout: true, Name: "s3cret"},
		"certificate is signed by an unknown authority": x509.UnknownAuthorityError{},
		"certificate is for another host name":          x509.HostnameError{Certificate: &x509.Certificate{}},
		"certificate is not valid":                      x509.CertificateInvalidError{Cert: &x509.Certificate{}},
		"certificate cannot be verified":                &tls.CertificateVerificationError{Err: errors.New("s3cret")},
		"does not speak TLS":                            tls.RecordHeaderError{Msg: "s3cret"},
		"refused the TLS handshake":                     tls.AlertError(40),
		"connection refused":                            &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED},
		"no route to host":                              &net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH},
		"connection closed in the middle of the answer": fmt.Errorf("x: %w", io.ErrUnexpectedEOF),
		"no connection, or an answer that is not HTTP":  errors.New("s3cret"),
		"redirects to another host (b.example)":         redirectError("redirects to another host (b.example)"),
	} {
		if got := describe(wrap(err), 2500*time.Millisecond); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}

func TestAServerErrorIsTriedAgainInTheSameFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int64
		net := newFakeNet(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if n.Add(1) < 3 {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			io.WriteString(w, `{"page":{},"incidents":[]}`)
		}))
		defer net.shutdown()
		b, err := build(BackendConfig{Name: "campus", Type: "statuspage", URL: "http://a.example"}, zerolog.Nop(), net.transport)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Fetch(t.Context()); err != nil || n.Load() != 3 {
			t.Errorf("%v after %d requests", err, n.Load())
		}
	})
}

func TestACertificateOfNobodyIsNamedAndNotRetried(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	srv := httptest.NewUnstartedServer(nil)
	srv.Config.ErrorLog = newFakeNetLog()
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			n.Add(1)
		}
	}
	srv.StartTLS()
	defer srv.Close()
	b := must(New(BackendConfig{Name: "campus", Type: "statuspage", URL: srv.URL}, zerolog.Nop()))
	_, err := b.Fetch(t.Context())
	if err == nil || err.Error() != "backend campus: certificate is signed by an unknown authority" {
		t.Errorf("error is %v", err)
	}
	if n.Load() != 1 {
		t.Errorf("connected %d times", n.Load())
	}
}

// TestAHeaderMayNameTheHost: what stands in front of a page may know it by another
// name than the one that it is reached by.
func TestAHeaderMayNameTheHost(t *testing.T) {
	t.Parallel()
	var host atomic.Value
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host.Store(r.Host)
		w.WriteHeader(http.StatusNotFound)
	}))
	defer front.Close()
	b, err := New(BackendConfig{Name: "campus", Type: "statuspage", URL: front.URL, Headers: map[string]string{"Host": "status.example.edu"}}, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Fetch(t.Context()); err == nil || host.Load() != "status.example.edu" {
		t.Errorf("asked %v: %v", host.Load(), err)
	}
}
