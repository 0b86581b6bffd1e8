package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
)

// answerHead is as much of an answer as a load looks at.
type answerHead struct {
	status int
	body   int64
	close  bool
}

var errMalformed = errors.New("malformed answer")

// readAnswer reads one answer to a GET to its end.
func readAnswer(r *bufio.Reader) (answerHead, error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return answerHead{}, err
	}
	if len(line) < len("HTTP/1.1 200\r\n") || string(line[:7]) != "HTTP/1." {
		return answerHead{}, errMalformed
	}
	a := answerHead{body: -1}
	if a.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return a, errMalformed
	}
	chunked := false
	for {
		if line, err = r.ReadSlice('\n'); err != nil {
			return a, err
		}
		if len(line) <= len("\r\n") {
			break
		}
		switch {
		case isField(line, "Content-Length: "):
			v := bytes.TrimSpace(line[len("Content-Length: "):])
			if a.body, err = strconv.ParseInt(string(v), 10, 64); err != nil || a.body < 0 {
				return a, errMalformed
			}
		case isField(line, "Transfer-Encoding: chunked"):
			chunked = true
		case isField(line, "Connection: close"):
			a.close = true
		}
	}
	switch {
	case chunked:
		a.body, err = discardChunks(r)
	case a.body >= 0:
		err = discard(r, a.body)
	default: // the end of the connection is the end of the body
		a.close = true
		a.body, err = io.Copy(io.Discard, r)
	}
	return a, err
}

// isField compares the beginning of a header line, whatever the case of letters.
func isField(line []byte, want string) bool {
	return len(line) >= len(want) && bytes.EqualFold(line[:len(want)], []byte(want))
}

func discard(r *bufio.Reader, n int64) error {
	for n > 0 {
		d, err := r.Discard(int(min(n, 1<<30)))
		if err != nil {
			return err
		}
		n -= int64(d)
	}
	return nil
}

// discardChunks reads a chunked body and returns its size.
func discardChunks(r *bufio.Reader) (total int64, err error) {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return total, err
		}
		line, _, _ = bytes.Cut(line, []byte(";"))
		size, err := strconv.ParseUint(string(bytes.TrimSpace(line)), 16, 31)
		if err != nil {
			return total, errMalformed
		}
		if size == 0 {
			return total, discardTrailers(r)
		}
		if err := discard(r, int64(size)+int64(len("\r\n"))); err != nil {
			return total, err
		}
		total += int64(size)
	}
}

func discardTrailers(r *bufio.Reader) error {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil || len(line) <= len("\r\n") {
			return err
		}
	}
}
