package caddymodule

import (
	"math/rand/v2"

	"github.com/candor-edge/candor/errorpages"
)

// The alphabet of references leaves out what is mistaken for something else when
// it is read aloud. Caddy's own error ids use the same.
const referenceAlphabet = "abcdefghijkmnpqrstuvwxyz23456789"

func newReference() string {
	var b [errorpages.ReferenceLen]byte
	n := rand.Uint64()
	for i := range b {
		b[i] = referenceAlphabet[n&31]
		n >>= 5
	}
	return string(b[:])
}

func validReference(id string) bool {
	if len(id) != errorpages.ReferenceLen {
		return false
	}
	for i := range len(id) {
		if c := id[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
