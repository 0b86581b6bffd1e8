package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
)

// upstream is the app behind the servers that are measured. It speaks just as
// much HTTP/1.1 as Caddy's transport needs, so that it takes less CPU than
// whatever is in front of it, and counts what reaches it.
//
//	/small        200, 1 KB
//	/length/N     200, N bytes with Content-Length
//	/chunked/N    200, N bytes in chunks
//	/500          500, 200 bytes of HTML
//	/hang         nothing, until the connection ends
//	/stats        connections accepted, requests received, as JSON; not counted itself
type upstream struct {
	conns, requests atomic.Int64
	small, err500   []byte
	piece           []byte
}

// upstreamStats is what /stats tells. Whoever asks has a connection of its own,
// which is not counted.
type upstreamStats struct {
	Conns    int64
	Requests int64
}

// upstreamRole listens on a loopback address, prints it, and ends with stdin: it
// does not outlive the process that started it.
func upstreamRole([]string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = l.Close()
	}()
	return newUpstream().serve(l)
}

func newUpstream() *upstream {
	page := "<!doctype html><title>Oops</title><h1>Internal error</h1>" + strings.Repeat("x", 143)
	return &upstream{
		small:  respond("200 OK", "text/html; charset=utf-8", bytes.Repeat([]byte("0123456789abcdef"), 64)),
		err500: respond("500 Internal Server Error", "text/html; charset=utf-8", []byte(page)),
		piece:  bytes.Repeat([]byte("0123456789abcdef"), 4096),
	}
}

func respond(status, contentType string, body []byte) []byte {
	head := fmt.Sprintf("HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", status, contentType, len(body))
	return append([]byte(head), body...)
}

func (u *upstream) serve(l net.Listener) error {
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		u.conns.Add(1)
		go func() {
			defer c.Close()
			r := bufio.NewReaderSize(c, 8<<10)
			for {
				path, err := requestPath(r)
				if err != nil || u.answer(c, r, path) != nil {
					return
				}
			}
		}()
	}
}

// requestPath reads the head of a request. Nobody sends a body here.
func requestPath(r *bufio.Reader) (path string, err error) {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return "", err
		}
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case path == "":
			_, rest, _ := bytes.Cut(line, []byte(" "))
			target, _, _ := bytes.Cut(rest, []byte(" "))
			if len(target) == 0 || target[0] != '/' {
				return "", errors.New("no request line")
			}
			path = string(target)
		case len(line) == 0:
			return path, nil
		}
	}
}

func (u *upstream) answer(c net.Conn, r *bufio.Reader, path string) error {
	if path != "/stats" {
		u.requests.Add(1)
	}
	var err error
	switch kind, arg, _ := strings.Cut(path[1:], "/"); kind {
	case "length", "chunked":
		n, bad := strconv.ParseInt(arg, 10, 64)
		if bad != nil || n < 0 {
			return errors.New("no length")
		}
		return u.stream(c, n, kind == "chunked")
	case "500":
		_, err = c.Write(u.err500)
	case "hang":
		_, err = r.ReadByte()
	case "stats":
		u.conns.Add(-1)
		b, _ := json.Marshal(upstreamStats{u.conns.Load(), u.requests.Load()})
		_, _ = c.Write(respond("200 OK", "application/json", b))
		return io.EOF
	default:
		_, err = c.Write(u.small)
	}
	return err
}

// stream writes n bytes piece by piece.
func (u *upstream) stream(c net.Conn, n int64, chunked bool) error {
	framing := "Content-Length: " + strconv.FormatInt(n, 10)
	if chunked {
		framing = "Transfer-Encoding: chunked"
	}
	w := bufio.NewWriterSize(c, len(u.piece)+32)
	fmt.Fprintf(w, "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n%s\r\n\r\n", framing)
	for n > 0 {
		p := u.piece[:min(n, int64(len(u.piece)))]
		n -= int64(len(p))
		if chunked {
			fmt.Fprintf(w, "%x\r\n", len(p))
		}
		if _, err := w.Write(p); err != nil {
			return err
		}
		if chunked {
			_, _ = w.WriteString("\r\n")
		}
	}
	if chunked {
		_, _ = w.WriteString("0\r\n\r\n")
	}
	return w.Flush()
}
