package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// navigation is what a browser sends when somebody opens a page.
func navigation(path string, more ...string) string {
	return request(path, append([]string{
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
		"Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate",
	}, more...)...)
}

// program is what a script sends, for which no timeout is set by default.
func program(path string, more ...string) string {
	return request(path, append([]string{"Accept: */*"}, more...)...)
}

func request(path string, fields ...string) string {
	host := "Host: app.test"
	if len(fields) > 0 && strings.HasPrefix(fields[len(fields)-1], "Host: ") {
		host, fields = fields[len(fields)-1], fields[:len(fields)-1]
	}
	lines := append([]string{"GET " + path + " HTTP/1.1", host, "User-Agent: bench"}, fields...)
	return strings.Join(lines, "\r\n") + "\r\n\r\n"
}

// ask sends one request and reads the whole answer.
func (s *server) ask(request string) (*http.Response, string, error) {
	c, err := net.DialTimeout("tcp", s.addr, patience)
	if err != nil {
		return nil, "", err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, "", err
	}
	if _, err := io.WriteString(c, request); err != nil {
		return nil, "", err
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}
