package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// load is one measurement's worth of requests: a closed loop of connections that
// each ask again as soon as they have read an answer.
type load struct {
	Addr     string
	Conns    int
	Duration time.Duration
	Requests []string // as they go on the wire, sent in turn
	Status   int      // what every answer must have
	Body     int      // and the least that its body must have

	Spread     time.Duration // the last connection begins that much after the first
	Once       bool          // every connection asks once
	Unanswered bool          // no answer is expected: connections hang up in the end
}

// loadResult is what came of it. An answer that is not what it should be makes
// the measurement void: it would compare something else.
type loadResult struct {
	Answers int64
	Elapsed time.Duration
	Bytes   int64 // of bodies
	Dials   int64
	Took    []float64 // ms, of loads that ask once
	Wrong   string    // the first answer that was not what it should be
}

// loadRole reads a load from stdin and writes its result to stdout.
func loadRole([]string) error {
	var l load
	if err := json.NewDecoder(os.Stdin).Decode(&l); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(l.run())
}

func (l *load) run() loadResult {
	var (
		total   loadResult
		mu      sync.Mutex
		wg      sync.WaitGroup
		start   = time.Now()
		end     = start.Add(l.Spread + l.Duration)
		payload = make([][]byte, len(l.Requests))
	)
	for i, r := range l.Requests {
		payload[i] = []byte(r)
	}
	for i := range l.Conns {
		wg.Go(func() {
			// Connections begin at different requests, so that they do not ask for
			// the same one at the same time.
			v := visitor{load: l, requests: payload, next: i * len(payload) / l.Conns, end: end}
			time.Sleep(l.Spread * time.Duration(i) / time.Duration(l.Conns))
			err := v.visit()
			v.hangUp()
			mu.Lock()
			defer mu.Unlock()
			total.Answers += v.Answers
			total.Bytes += v.Bytes
			total.Dials += v.Dials
			total.Took = append(total.Took, v.Took...)
			if err != nil && total.Wrong == "" {
				total.Wrong = err.Error()
			}
		})
	}
	wg.Wait()
	total.Elapsed = time.Since(start)
	return total
}

// visitor is one connection of a load.
type visitor struct {
	loadResult
	load     *load
	requests [][]byte
	next     int
	end      time.Time
	conn     net.Conn
	r        *bufio.Reader
}

// patience is how long an answer may take before the measurement is void.
const patience = 20 * time.Second

func (v *visitor) visit() error {
	for time.Now().Before(v.end) {
		if v.conn == nil {
			if err := v.dial(); err != nil {
				return err
			}
		}
		asked := time.Now()
		if _, err := v.conn.Write(v.requests[v.next]); err != nil {
			return err
		}
		if v.next++; v.next == len(v.requests) {
			v.next = 0
		}
		a, err := readAnswer(v.r)
		if err != nil {
			if v.load.Unanswered && errors.Is(err, os.ErrDeadlineExceeded) {
				return nil
			}
			return err
		}
		if a.status != v.load.Status || a.body < int64(v.load.Body) {
			return fmt.Errorf("answer with status %d and %d bytes, want %d and at least %d",
				a.status, a.body, v.load.Status, v.load.Body)
		}
		v.Answers++
		v.Bytes += a.body
		if v.load.Once {
			v.Took = append(v.Took, ms(time.Since(asked)))
			return nil
		}
		if a.close {
			v.hangUp()
		}
	}
	return nil
}

func (v *visitor) dial() error {
	c, err := net.DialTimeout("tcp", v.load.Addr, patience)
	if err != nil {
		return err
	}
	v.conn = c
	v.Dials++
	if v.r == nil {
		v.r = bufio.NewReaderSize(nil, 64<<10)
	}
	v.r.Reset(c)
	if v.load.Unanswered {
		return c.SetDeadline(v.end)
	}
	return c.SetDeadline(v.end.Add(patience))
}

func (v *visitor) hangUp() {
	if v.conn != nil {
		_ = v.conn.Close()
		v.conn = nil
	}
}
