package errorpages

import (
	"bytes"
	"encoding/binary"
)

// form is a rendered page in one encoding: its bytes with room for the slots.
// Every answer made of it is as long as body. It is immutable: any number of
// answers are made of it at once.
type form struct {
	body  []byte
	slots []slot
	check *checksum // of a gzip form, nil otherwise
}

// newForm takes UTF-8 with markers in it; what is no UTF-8 is replaced.
func newForm(rendered []byte) form {
	body, slots := cut(bytes.ToValidUTF8(rendered, []byte("\uFFFD")))
	return form{body: body, slots: slots}
}

// appendTo appends the finished answer to dst.
func (f *form) appendTo(dst []byte, v *slotValues) []byte {
	start := len(dst)
	dst = append(dst, f.body...)
	out := dst[start:]
	for _, s := range f.slots {
		copy(out[s.at:], v.of(s.kind))
	}
	if f.check != nil {
		binary.LittleEndian.PutUint32(out[len(out)-8:], f.check.with(v))
	}
	return dst
}
