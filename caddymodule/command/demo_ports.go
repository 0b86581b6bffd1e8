package command

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"strconv"
)

const (
	firstPort = 8080
	sites     = 3 // after the control page
)

// findPorts opens the listener of the control page, and finds addresses for the
// apps on the ports after it.
func findPorts(ctx context.Context, listen string) (net.Listener, []string, error) {
	if listen != "" {
		host, port, err := loopback(listen)
		if err != nil {
			return nil, nil, err
		}
		return portsFrom(ctx, host, port)
	}
	var first error
	for port := firstPort; port < firstPort+100; port += sites + 1 {
		ln, addrs, err := portsFrom(ctx, "127.0.0.1", port)
		if err == nil {
			return ln, addrs, nil
		}
		first = cmp.Or(first, err)
	}
	return nil, nil, first
}

// loopback reads where to listen. What a demo offers needs no password, so it is
// for this machine alone.
func loopback(listen string) (host string, port int, err error) {
	host, p, err := net.SplitHostPort(listen)
	if err == nil {
		port, err = strconv.Atoi(p)
	}
	if err != nil || port < 1 || port > 65535-sites {
		return "", 0, usage("--listen %q is not an address such as 127.0.0.1:8080", listen)
	}
	if host == "" || host == "localhost" {
		host = "127.0.0.1"
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return "", 0, usage("--listen %s: a demo is for this machine alone; leave the host out", listen)
	}
	return host, port, nil
}

func portsFrom(ctx context.Context, host string, port int) (net.Listener, []string, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, nil, fmt.Errorf("%w; choose another port with --listen", err)
	}
	var addrs []string
	for i := 1; i <= sites; i++ {
		addr := net.JoinHostPort(host, strconv.Itoa(port+i))
		test, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
		if err != nil {
			_ = ln.Close()
			return nil, nil, fmt.Errorf("%w; choose another port with --listen", err)
		}
		_ = test.Close()
		addrs = append(addrs, addr)
	}
	return ln, addrs, nil
}

// freeAddress finds a port that nobody uses, on the host of like.
func freeAddress(ctx context.Context, like string) (string, error) {
	host, _, err := net.SplitHostPort(like)
	if err != nil {
		return "", err
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}
