package errorpages

import "hash/crc32"

// checksum is the CRC-32 of the uncompressed document as a function of what is
// in its slots. A CRC is linear: that of a whole is the sum (xor) of those of its
// parts, each moved past what follows it, which is a multiplication. So the
// fixed parts are summed once, and the factors of all slots of one kind too.
type checksum struct {
	fixed  uint32
	factor [slotKinds]uint32 // 0: no such slot
}

func newChecksum(f *form) *checksum {
	c := new(checksum)
	add := func(part []byte, end int) uint32 {
		move := shift(len(f.body) - end)
		c.fixed ^= multiply(crc32.ChecksumIEEE(part), move)
		return move
	}
	from := 0
	for _, s := range f.slots {
		end := s.at + slotWidth[s.kind]
		add(f.body[from:s.at], s.at)
		c.factor[s.kind] ^= shift(len(f.body) - end)
		from = end
	}
	add(f.body[from:], len(f.body))
	return c
}

// with returns the checksum of the document with v in its slots.
func (c *checksum) with(v *slotValues) uint32 {
	sum := c.fixed
	for k, factor := range c.factor {
		if factor != 0 {
			sum ^= multiply(crc32.ChecksumIEEE(v.of(slotKind(k))), factor)
		}
	}
	return sum
}

// one and x are polynomials over GF(2) in the bit order of CRC-32: the highest
// bit is the coefficient of x⁰.
const (
	one uint32 = 1 << 31
	x   uint32 = 1 << 30
)

// multiply returns a·b modulo the polynomial of CRC-32.
func multiply(a, b uint32) uint32 {
	var p uint32
	for ; a != 0; a <<= 1 {
		p ^= b & -(a >> 31)
		b = b>>1 ^ crc32.IEEE&-(b&1)
	}
	return p
}

// shift returns the factor that moves a CRC past n bytes: x to the power 8n.
func shift(n int) uint32 {
	factor, square := one, x
	for bits := 8 * uint64(n); bits != 0; bits >>= 1 {
		if bits&1 != 0 {
			factor = multiply(factor, square)
		}
		square = multiply(square, square)
	}
	return factor
}
