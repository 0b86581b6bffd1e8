package statusclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"
)

// FetchError is why a backend could not be read. Its text names the backend and
// the cause; it holds no URL, no header value and nothing of the answer's body but
// what a system says is wrong with a write, so it can be logged and shown to
// operators as it is.
type FetchError struct {
	Backend string
	Cause   string

	// RetryAfter is how long the backend asked to be left alone, at most an hour.
	// Zero: it did not ask.
	RetryAfter time.Duration

	code    int  // status code that was no 200, or zero
	refused bool // it says that it did nothing, whatever the status code
	err     error
}

func (e *FetchError) Error() string { return "backend " + e.Backend + ": " + e.Cause }

// Unwrap lets callers ask for context.Canceled and context.DeadlineExceeded.
func (e *FetchError) Unwrap() error { return e.err }

// redirectError is a redirect that was not followed. Its text is for people.
type redirectError string

func (e redirectError) Error() string { return string(e) }

// describe puts what went wrong below HTTP into words of our own. The texts of
// net/url and net/http quote URLs and what the other side sent, which may be
// our own token.
func describe(err error, took time.Duration) string {
	var (
		redirect redirectError
		dns      *net.DNSError
		unknown  x509.UnknownAuthorityError
		expired  x509.CertificateInvalidError
		hostname x509.HostnameError
		verify   *tls.CertificateVerificationError
		record   tls.RecordHeaderError
		alert    tls.AlertError
		netErr   net.Error
	)
	switch {
	case errors.As(err, &redirect):
		return redirect.Error()
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no complete answer within %s", took.Round(100*time.Millisecond))
	case errors.As(err, &dns):
		if dns.IsNotFound {
			return "host name not found"
		}
		return "host name cannot be looked up"
	case errors.As(err, &unknown):
		return "certificate is signed by an unknown authority"
	case errors.As(err, &hostname):
		return "certificate is for another host name"
	case errors.As(err, &expired):
		return "certificate is not valid"
	case errors.As(err, &verify):
		return "certificate cannot be verified"
	case errors.As(err, &record):
		return "does not speak TLS"
	case errors.As(err, &alert):
		return "refused the TLS handshake"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "no route to host"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed in the middle of the answer"
	case errors.As(err, &netErr) && netErr.Timeout():
		return "connection timed out"
	default:
		return "no connection, or an answer that is not HTTP"
	}
}

// contextCause keeps, of all that err wraps, only what may be looked at.
func contextCause(err error) error {
	for _, c := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, c) {
			return c
		}
	}
	return nil
}
