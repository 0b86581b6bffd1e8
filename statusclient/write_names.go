package statusclient

import (
	"golang.org/x/text/unicode/norm"
)

// componentNamed finds the component that services call BACKEND/name: NAME,
// GROUP/NAME or an id, with slashes in a name doubled. A name wins over an id.
func componentNamed(all []Component, name string) (Component, error) {
	name = norm.NFC.String(name)
	var found []Component
	for _, c := range all {
		plain := quote(norm.NFC.String(c.Name))
		if c.Name != "" && (name == plain || c.Group != "" && name == quote(norm.NFC.String(c.Group))+"/"+plain) {
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		for _, c := range all {
			if name == quote(norm.NFC.String(c.ID)) {
				found = append(found, c)
			}
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		if near := newVocabulary(&Status{Components: all}).nearest(name); near != "" {
			return Component{}, invalid("components", "name %.100q, which is not there; did you mean %q?", name, near)
		}
		return Component{}, invalid("components", "name %.100q, which is not there", name)
	}
	return Component{}, invalid("components", "name %.100q, of which there are %d; write GROUP/NAME, or the id", name, len(found))
}
