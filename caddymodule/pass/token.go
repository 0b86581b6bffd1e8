package pass

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"sync"
)

// The kinds of tokens, which also say what they look like: a later form is another
// kind.
const (
	kindLink byte = 1
	kindPass byte = 2
)

// token is what links and passes say.
type token struct {
	kind  byte
	key   keyID
	until int64   // as Unix time
	span  uint32  // of a link: for how many seconds its passes are
	nonce [7]byte // so that no two are the same
}

const (
	payloadLen = 1 + len(keyID{}) + 8 + 4 + 7
	macLen     = 32
	rawLen     = payloadLen + macLen
)

// tokenLen is that of every link and pass.
const tokenLen = rawLen / 3 * 4

var encoding = base64.RawURLEncoding.Strict()

// scratch is where tokens are taken apart.
type scratch struct {
	text [tokenLen]byte
	raw  [rawLen]byte
	mac  [macLen]byte
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// decode reads a token. That somebody with the key has made it is not known yet.
func (b *scratch) decode(text string) (t token, ok bool) {
	if copy(b.text[:], text) != len(text) || len(text) != tokenLen {
		return t, false
	}
	if n, err := encoding.Decode(b.raw[:], b.text[:]); err != nil || n != rawLen {
		return t, false
	}
	p := b.raw[:payloadLen]
	t.kind = p[0]
	copy(t.key[:], p[1:])
	t.until = int64(binary.BigEndian.Uint64(p[9:]))
	t.span = binary.BigEndian.Uint32(p[17:])
	copy(t.nonce[:], p[21:])
	return t, true
}

// encode writes what decode reads, without the signature.
func (t *token) encode(b []byte) []byte {
	b = append(b, t.kind)
	b = append(b, t.key[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(t.until))
	b = binary.BigEndian.AppendUint32(b, t.span)
	return append(b, t.nonce[:]...)
}

// keyOf is the key that a token names.
func keyOf(text string) (keyID, bool) {
	b := scratches.Get().(*scratch)
	defer scratches.Put(b)
	t, ok := b.decode(text)
	return t.key, ok
}

func (k *key) sign(t *token) string {
	raw := t.encode(make([]byte, 0, rawLen))
	return encoding.EncodeToString(k.mac(raw, raw))
}

// signed reports whether the token that was decoded last bears the signature of k.
func (k *key) signed(b *scratch) bool {
	return hmac.Equal(k.mac(b.raw[:payloadLen], b.mac[:0]), b.raw[payloadLen:])
}
