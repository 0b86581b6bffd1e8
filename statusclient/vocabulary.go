package statusclient

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	// maxSearches bounds how often the nearest name is looked for among all
	// names of one backend.
	maxSearches = 20

	// maxEither bounds how many components that share a name are told apart.
	maxEither = 3

	// maxNameSearched is the longest name that is compared letter by letter.
	maxNameSearched = 200
)

// vocabulary is all that services may call the components of one backend.
type vocabulary struct {
	names    map[string]bool
	folded   map[string]string // by what reads alike
	listed   []string          // without what only incidents name
	searches int

	first   map[string]*Component   // by what services may call it
	sharing map[string][]*Component // those that are not the only one of that name
}

func newVocabulary(s *Status) *vocabulary {
	v := &vocabulary{
		names: make(map[string]bool), folded: make(map[string]string),
		first: make(map[string]*Component), sharing: make(map[string][]*Component),
	}
	if s == nil {
		return v
	}
	for i := range s.Components {
		c := &s.Components[i]
		name := quote(norm.NFC.String(c.Name))
		v.add(name, c)
		if c.Group != "" && name != "" {
			v.add(inGroup(c), c)
		}
		v.know(c.ID)
	}
	for i := range s.Incidents {
		for _, id := range s.Incidents[i].Components {
			v.know(id)
		}
	}
	for i := range s.Maintenances {
		for _, id := range s.Maintenances[i].Components {
			v.know(id)
		}
	}
	return v
}

func (v *vocabulary) know(id string) {
	if id != "" {
		v.names[quote(norm.NFC.String(id))] = true
	}
}

// inGroup is what services call a component that is not the only one of its name.
func inGroup(c *Component) string {
	return quote(norm.NFC.String(c.Group)) + "/" + quote(norm.NFC.String(c.Name))
}

func (v *vocabulary) add(name string, c *Component) {
	if name == "" {
		return
	}
	if first := v.first[name]; first == nil {
		v.first[name] = c
	} else if same := func(o *Component) bool { return o.ID == c.ID }; !same(first) && !slices.ContainsFunc(v.sharing[name], same) {
		if v.sharing[name] == nil {
			v.sharing[name] = []*Component{first}
		}
		v.sharing[name] = append(v.sharing[name], c)
	}
	if v.names[name] {
		return
	}
	v.names[name] = true
	v.listed = append(v.listed, name)
	if f := fold(name); v.folded[f] == "" {
		v.folded[f] = name
	}
}

// either is what to call each of the first few components that share a name: by
// their group, and where that does not tell them apart, by their id.
func (v *vocabulary) either(backend, name string) []string {
	var out []string
	for _, c := range v.sharing[name] {
		other := inGroup(c)
		if c.Group == "" || v.sharing[other] != nil {
			other = quote(norm.NFC.String(c.ID))
		}
		if known := v.first[other]; known != nil && known.ID != c.ID {
			continue // another's name
		}
		if out = append(out, backend+"/"+other); len(out) == maxEither {
			break
		}
	}
	return out
}

// nearest returns the name that reads most like this one, "" if none does.
func (v *vocabulary) nearest(name string) string {
	f := fold(name)
	if f == "" {
		return ""
	}
	if near := v.folded[f]; near != "" {
		return near
	}
	if v.searches++; v.searches > maxSearches || len(f) > maxNameSearched {
		return ""
	}
	runes := []rune(f)
	best, distance := "", len(runes)/3+1
	for _, other := range v.listed {
		if len(other) > maxNameSearched {
			continue
		}
		if d := editDistance(runes, []rune(fold(other)), distance); d < distance {
			best, distance = other, d
		}
	}
	return best
}

// fold leaves of a name what people remember: letters and digits, no case.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(name))
}

// editDistance is the number of letters to insert, delete or replace to get from
// a to b; beyond limit it is just more than limit.
func editDistance(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, ra := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, rb := range b {
			cost := diagonal
			if ra != rb {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
