package pass

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"regexp"
	"strings"
	"sync"
	"time"
)

// root is what the names of all keys in storage begin with.
const root = "candor/passes"

// keyID names a key. It is no secret: tokens say which key they are signed with.
type keyID [8]byte

func (id keyID) String() string { return hex.EncodeToString(id[:]) }

// key signs links and passes of one service. It never changes; to end what it has
// signed it is deleted.
type key struct {
	id      keyID
	service string
	secret  []byte
	created time.Time
	hashes  sync.Pool // of hash.Hash with the secret in it
}

// record is a key in storage.
type record struct {
	Service string    `json:"service"`
	Created time.Time `json:"created"`
	Secret  []byte    `json:"secret"`
}

func newKey(service string, now time.Time) *key {
	k := &key{service: service, secret: make([]byte, sha256.Size), created: now.UTC().Truncate(time.Second)}
	_, _ = rand.Read(k.secret) // never fails
	_, _ = rand.Read(k.id[:])
	return k
}

// mac appends the signature of what is in p to b.
func (k *key) mac(p, b []byte) []byte {
	h, ok := k.hashes.Get().(hash.Hash)
	if !ok {
		h = hmac.New(sha256.New, k.secret)
	}
	defer k.hashes.Put(h)
	h.Reset()
	_, _ = h.Write(p) // never fails
	return h.Sum(b)
}

// over reports whether nothing that k has signed can be valid any more.
func (k *key) over(now time.Time) bool {
	return now.Sub(k.created) > rotateAfter+2*Longest+skew
}

// name is that of k in storage.
func (k *key) name() string {
	return root + "/" + hex.EncodeToString([]byte(k.service)) + "-" + k.id.String()
}

var nameForm = regexp.MustCompile(`^` + root + `/([0-9a-f]+)-([0-9a-f]{16})$`)

// parseName takes the name of a key apart. Whatever else lies around is not ours.
func parseName(name string) (service string, id keyID, ok bool) {
	m := nameForm.FindStringSubmatch(strings.TrimPrefix(name, "/"))
	if m == nil {
		return "", id, false
	}
	s, err := hex.DecodeString(m[1])
	if err != nil {
		return "", id, false
	}
	_, err = hex.Decode(id[:], []byte(m[2]))
	return string(s), id, err == nil
}

func (k *key) encode() ([]byte, error) {
	return json.Marshal(record{k.service, k.created, k.secret})
}

// decodeKey reads a key that is kept under a name. Errors do not quote it.
func decodeKey(service string, id keyID, b []byte) (*key, error) {
	var rec record
	if json.Unmarshal(b, &rec) != nil || rec.Service != service || len(rec.Secret) != sha256.Size || rec.Created.IsZero() {
		return nil, errors.New("not a key of passes")
	}
	return &key{id: id, service: service, secret: rec.Secret, created: rec.Created}, nil
}
