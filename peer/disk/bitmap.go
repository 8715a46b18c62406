package disk

// bitmap has a bit for each block, the most significant one of a byte first, as SPEC B4 has them.
type bitmap []byte

func newBitmap(bits int) bitmap { return make(bitmap, (bits+7)/8) }

func (b bitmap) has(i int) bool { return b[i/8]&(0x80>>(i%8)) != 0 }
func (b bitmap) set(i int)      { b[i/8] |= 0x80 >> (i % 8) }
func (b bitmap) clear(i int)    { b[i/8] &^= 0x80 >> (i % 8) }
