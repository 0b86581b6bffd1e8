package errorpages

import (
	"bytes"
	"crypto/rand"
	"strconv"
	"time"
)

// A page is rendered once for many visitors. What differs per visitor has a
// marker in the rendered bytes, and a slot of fixed width in the finished ones.
//
// Markers are random per process, so that no text from outside can hold one,
// and plain letters and digits, so that no escaping changes them: they may stand
// in text, in attributes and in URLs, but not inside <script> and <style>, which
// are hashed when they are rendered.
var (
	markReference  = randomMarker("abcdefghijklmnopqrstuvwxyz234567") // the reference: 9 of a-z 0-9
	markTime       = randomMarker("abcdefghijklmnopqrstuvwxyz234567") // "2026-11-21 14:02:05 +01:00", not for URLs
	markStamp      = randomMarker("abcdefghijklmnopqrstuvwxyz234567") // the same instant for <time datetime>: "2026-11-21T14:02:05+01:00"
	markRetryAfter = randomMarker("12345678")                         // seconds, padded with spaces on the left, or "null"; a valid JSON number
)

// markerLen gives a marker of digits 72 random bits, one of letters 120.
const markerLen = 24

// slotKind says what a slot is filled with.
type slotKind uint8

const (
	slotReference slotKind = iota
	slotTime
	slotStamp
	slotRetryAfter
	slotKinds
)

// slotWidth is what each kind takes in the finished bytes.
var slotWidth = [slotKinds]int{ReferenceLen, len("2026-11-21 14:02:05 +01:00"), len("2026-11-21T14:02:05+01:00"), 7}

// slot is a place in a document.
type slot struct {
	at   int
	kind slotKind
}

// maxRetryAfter is the most that its slot can hold.
const maxRetryAfter = 9_999_999

// slotValues is what one answer fills its slots with.
type slotValues struct {
	raw [slotKinds][26]byte
}

// fill makes the values ready. Whatever it is given, the result is as wide as
// the slots are, and safe in every format.
func (v *slotValues) fill(reference string, t time.Time, retryAfter int) {
	ref := v.of(slotReference)
	for i := range ref {
		ref[i] = '0'
		if i < len(reference) && (reference[i]-'a' < 26 || reference[i]-'0' < 10) {
			ref[i] = reference[i]
		}
	}
	v.fillTime(t)

	num := v.of(slotRetryAfter)
	copy(num, "   null")
	if retryAfter > 0 {
		var buf [20]byte
		digits := strconv.AppendInt(buf[:0], int64(min(retryAfter, maxRetryAfter)), 10)
		copy(num, "       ")
		copy(num[len(num)-len(digits):], digits)
	}
}

// fillTime relies on RFC 3339, which the standard library writes fast.
func (v *slotValues) fillTime(t time.Time) {
	const zero = "0000-01-01T00:00:00+00:00"
	stamp, shown := v.of(slotStamp), v.of(slotTime)
	copy(stamp, zero)

	var buf [40]byte
	switch s := t.AppendFormat(buf[:0], time.RFC3339); len(s) {
	case len(zero):
		copy(stamp, s)
	case len("0000-01-01T00:00:00Z"):
		copy(stamp, s[:19]) // and +00:00 stays
	}
	copy(shown, stamp[:10])
	shown[10] = ' '
	copy(shown[11:], stamp[11:19])
	shown[19] = ' '
	copy(shown[20:], stamp[19:])
}

// of is the value of one kind, as wide as its slot.
func (v *slotValues) of(k slotKind) []byte { return v.raw[k][:slotWidth[k]] }

// cut takes the markers out of rendered UTF-8. It returns the bytes with room
// for every slot, and the slots in order.
func cut(rendered []byte) ([]byte, []slot) {
	var (
		out   = make([]byte, 0, len(rendered))
		slots []slot
		from  int
		next  [slotKinds]int // where the next marker of each kind is
	)
	for k := range slotKinds {
		next[k] = findMarker(rendered, 0, k)
	}
	for {
		kind := slotKind(0)
		for k := range slotKinds {
			if next[k] < next[kind] {
				kind = k
			}
		}
		at := next[kind]
		out = append(out, rendered[from:at]...)
		if at == len(rendered) {
			return out, slots
		}
		slots = append(slots, slot{at: len(out), kind: kind})
		out = append(out, slotFiller[:slotWidth[kind]]...)
		from = at + markerLen
		next[kind] = findMarker(rendered, from, kind)
	}
}

// findMarker returns where b holds the next marker of a kind, len(b) for nowhere.
func findMarker(b []byte, from int, k slotKind) int {
	mark := [slotKinds]string{markReference, markTime, markStamp, markRetryAfter}[k]
	if i := bytes.Index(b[from:], []byte(mark)); i >= 0 {
		return from + i
	}
	return len(b)
}

// marked reports whether b holds any marker.
func marked(b []byte) bool {
	_, slots := cut(b)
	return len(slots) > 0
}

// slotFiller stands where a slot will be filled.
var slotFiller = bytes.Repeat([]byte{fillerByte}, 26)

// fillerByte occurs in no UTF-8 text.
const fillerByte = 0xFF

// randomMarker takes an alphabet of a power of two, so that every character is
// as likely as the others.
func randomMarker(alphabet string) string {
	b := make([]byte, markerLen)
	_, _ = rand.Read(b) // never fails: it ends the process instead
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b)
}
