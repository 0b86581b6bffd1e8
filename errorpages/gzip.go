package errorpages

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"sync"
)

// gzipHeader says deflate, no name, no time, best compression, unknown system.
var gzipHeader = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255}

// compress makes the gzip form of a document whose slots can still be filled.
//
// What is between the slots is compressed, and flushed: a flush ends with an
// empty stored block on a byte boundary. Writing a length into that block makes
// it the slot. The compressor is then given the slot's filler too, and what it
// makes of that is thrown away: so it counts distances as the reader will, and
// since the filler occurs nowhere else in UTF-8, it never refers back into a slot.
func compress(f *form) form {
	dst := bytes.NewBuffer(make([]byte, 0, len(f.body)/3+64))
	dst.Write(gzipHeader)

	z := flaters.Get().(*flate.Writer)
	defer flaters.Put(z)
	z.Reset(dst)

	slots := make([]slot, 0, len(f.slots))
	from := 0
	for _, s := range f.slots {
		width := slotWidth[s.kind]
		write(z, f.body[from:s.at])
		from = s.at + width

		length := dst.Bytes()[dst.Len()-4:]
		binary.LittleEndian.PutUint16(length, uint16(width))
		binary.LittleEndian.PutUint16(length[2:], ^uint16(width))
		slots = append(slots, slot{at: dst.Len(), kind: s.kind})

		end := dst.Len()
		write(z, f.body[s.at:from])
		dst.Truncate(end)
		dst.Write(f.body[s.at:from])
	}
	_, _ = z.Write(f.body[from:]) // a bytes.Buffer takes everything
	_ = z.Close()

	dst.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(f.body))<<32)) // the checksum's place, and the size
	return form{body: dst.Bytes(), slots: slots, check: newChecksum(f)}
}

// write compresses b to the last byte. The error of a bytes.Buffer is always nil.
func write(z *flate.Writer, b []byte) {
	_, _ = z.Write(b)
	_ = z.Flush()
}

// deflated is how much s takes on the wire, if nothing else is like it.
func deflated(s string) int {
	var n counter
	z := flaters.Get().(*flate.Writer)
	defer flaters.Put(z)
	z.Reset(&n)
	write(z, []byte(s))
	return int(n)
}

type counter int

func (c *counter) Write(b []byte) (int, error) { *c += counter(len(b)); return len(b), nil }

// flaters are 800 KB each, and needed for a moment only.
var flaters = sync.Pool{New: func() any {
	z, _ := flate.NewWriter(nil, flate.BestCompression) // the level is valid
	return z
}}
