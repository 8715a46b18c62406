package blocks

import "math/bits"

// wordBits is how many bits a word of a bitmap has.
const wordBits = 64

// bitmap is a set of small numbers. The zero value is empty; it grows as numbers are added.
type bitmap []uint64

func (b bitmap) has(i int) bool { return b.word(i/wordBits)>>(i%wordBits)&1 == 1 }

func (b bitmap) word(w int) uint64 {
	if w < len(b) {
		return b[w]
	}
	return 0
}

func (b *bitmap) add(i int) {
	if missing := i/wordBits + 1 - len(*b); missing > 0 {
		*b = append(*b, make(bitmap, missing)...)
	}
	(*b)[i/wordBits] |= 1 << (i % wordBits)
}

func (b bitmap) remove(i int) {
	if i/wordBits < len(b) {
		b[i/wordBits] &^= 1 << (i % wordBits)
	}
}

// octet is eight of the numbers, from 8 j on, the first one the most significant: as in frames.
func (b bitmap) octet(j int) byte { return bits.Reverse8(byte(b.word(j/8) >> (j % 8 * 8) & 0xff)) }

// each calls f with the numbers from first on, ascending.
func (b bitmap) each(first int, f func(i int)) {
	for w := first / wordBits; w < len(b); w++ {
		left := b[w]
		if w == first/wordBits {
			left &= ^uint64(0) << (first % wordBits)
		}
		for ; left != 0; left &= left - 1 {
			f(w*wordBits + bits.TrailingZeros64(left))
		}
	}
}
