package config

import (
	"strconv"
	"strings"
)

// linesOf maps every key of a TOML document, written as in JSON, to its line.
// The document must have been parsed before: this only follows its outline, and
// of a broken one it knows less.
func linesOf(doc string) map[string]int {
	s := &scanner{doc: doc, line: 1, lines: map[string]int{}, counts: map[string]int{}}
	table := ""
	for s.blank(true); s.pos < len(s.doc); s.blank(true) {
		before := s.pos
		if s.peek() == '[' {
			table = s.header()
		} else {
			s.pair(table)
		}
		if s.pos == before {
			s.next()
		}
	}
	return s.lines
}

// header reads [table] or [[table]] and returns its key.
func (s *scanner) header() string {
	line, brackets := s.line, 0
	for s.peek() == '[' {
		s.next()
		brackets++
	}
	key := ""
	names := s.names()
	for i, name := range names {
		key = join(key, name)
		s.note(key, line)
		n, list := s.counts[key]
		if i == len(names)-1 && brackets > 1 {
			n, list = n+1, true
			s.counts[key] = n
		}
		if list {
			key += "[" + strconv.Itoa(n-1) + "]"
		}
	}
	for s.peek() == ']' {
		s.next()
	}
	s.note(key, line)
	return key
}

// names reads a dotted key.
func (s *scanner) names() []string {
	var names []string
	for {
		s.blank(false)
		switch c := s.peek(); c {
		case '"', '\'':
			raw := s.quoted()
			name, err := strconv.Unquote(raw)
			if c == '\'' || err != nil {
				name = strings.Trim(raw, string(c))
			}
			names = append(names, name)
		default:
			start := s.pos
			for s.pos < len(s.doc) && !strings.ContainsRune(" \t\r\n.=]#,}\"'", rune(s.peek())) {
				s.next()
			}
			names = append(names, s.doc[start:s.pos])
		}
		s.blank(false)
		if s.peek() != '.' {
			return names
		}
		s.next()
	}
}

// pair reads key = value.
func (s *scanner) pair(table string) {
	line, key := s.line, table
	for _, name := range s.names() {
		key = join(key, name)
		s.note(key, line)
	}
	s.blank(false)
	if s.peek() != '=' {
		return
	}
	s.next()
	s.value(key)
}

func (s *scanner) note(key string, line int) {
	if _, ok := s.lines[key]; !ok {
		s.lines[key] = line
	}
}

// value steps over a value and notes the keys in it.
func (s *scanner) value(key string) {
	s.blank(true)
	switch s.peek() {
	case '"', '\'':
		s.quoted()
	case '[':
		s.each(']', func(i int) {
			element := key + "[" + strconv.Itoa(i) + "]"
			s.note(element, s.line)
			s.value(element)
		})
	case '{':
		s.each('}', func(int) { s.pair(key) })
	default:
		for s.pos < len(s.doc) && !strings.ContainsRune(" \t\r\n,]}#", rune(s.peek())) {
			s.next()
		}
	}
}

// each calls f before every element of an array or inline table.
func (s *scanner) each(end byte, f func(i int)) {
	s.next()
	for i := 0; ; i++ {
		s.blank(true)
		before := s.pos
		if s.pos >= len(s.doc) || s.peek() == end {
			s.next()
			return
		}
		f(i)
		s.blank(true)
		if s.peek() == ',' || s.pos == before {
			s.next()
		}
	}
}
