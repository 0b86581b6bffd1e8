package config

import "strings"

// scanner walks a TOML document.
type scanner struct {
	doc    string
	pos    int
	line   int
	lines  map[string]int
	counts map[string]int // of the tables in each array of tables
}

// peek is the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.pos >= len(s.doc) {
		return 0
	}
	return s.doc[s.pos]
}

// next steps over one byte.
func (s *scanner) next() {
	if s.pos >= len(s.doc) {
		return
	}
	if s.doc[s.pos] == '\n' {
		s.line++
	}
	s.pos++
}

// blank steps over white space and comments, and over line ends if asked to.
func (s *scanner) blank(lineEnds bool) {
	for s.pos < len(s.doc) {
		switch c := s.peek(); {
		case c == ' ', c == '\t', c == '\r', c == '\n' && lineEnds:
			s.next()
		case c == '#':
			for s.pos < len(s.doc) && s.peek() != '\n' {
				s.next()
			}
		default:
			return
		}
	}
}

// quoted steps over a string of any of the four kinds and returns it raw.
func (s *scanner) quoted() string {
	start, quote := s.pos, s.doc[s.pos:s.pos+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(s.doc[s.pos:], triple) {
		quote = triple
	}
	s.pos += len(quote)
	for s.pos < len(s.doc) && !strings.HasPrefix(s.doc[s.pos:], quote) {
		if s.peek() == '\\' && quote[0] == '"' {
			s.next()
		}
		s.next()
	}
	s.pos += len(quote)
	for len(quote) == 3 && s.peek() == quote[0] { // up to two quotes may end the text
		s.pos++
	}
	s.pos = min(s.pos, len(s.doc))
	return s.doc[start:s.pos]
}
