package durable

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
)

// The form of bbolt's files (version 2), as far as it has to be known to check them. Numbers are in the order of the
// machine.
const (
	pageSize    = 4096
	headerSize  = 16 // of a page: id 8, kind 2, elements 2, pages that belong to it 4
	elementSize = 16 // of a branch: position, key's length, page 8; of a leaf: flags, position, lengths of key and value
	bucketSize  = 16 // root page 8, sequence 8; a small bucket has its root page behind that, and the number 0

	branchPage = 1
	leafPage   = 2
	bucketFlag = 1

	metaMagic   = 0xED0CDAED
	metaVersion = 2
	metaSummed  = 56 // bytes that the checksum is of

	maxDepth = 64 // of a tree; no real one comes near
)

// meta is what a meta page says: which page the tree begins at, how many pages there are, and which commit it is.
type meta struct{ root, pages, commit uint64 }

// checkPages reads the tree of a bbolt file, without believing any of it. What passes is safe for bbolt to read and to
// write. The error is [ErrDamaged], or the reader's.
func checkPages(file io.ReaderAt, size int64) error {
	newest, err := newestMeta(file)
	if err != nil {
		return err
	}
	if newest.pages > uint64(size)/pageSize { //nolint:gosec // a file's size is not negative
		return damaged("it has %d bytes and needs %d pages", size, newest.pages)
	}
	t := &tree{file: file, pages: newest.pages, seen: map[uint64]bool{}}
	return t.page(newest.root, within{})
}

// newestMeta gives the newer meta page. Both must be whole, and of commits that follow each other: else the newest is
// lost, and bbolt would go on from the one before.
func newestMeta(file io.ReaderAt) (meta, error) {
	var both [2]meta
	for i := range both {
		var err error
		if both[i], err = readMeta(file, int64(i)*pageSize); err != nil {
			return meta{}, err
		}
	}
	older, newer := both[0], both[1]
	if older.commit > newer.commit {
		older, newer = newer, older
	}
	if newer.commit != older.commit+1 {
		return meta{}, damaged("its meta pages are of commits %d and %d", older.commit, newer.commit)
	}
	return newer, nil
}

func readMeta(file io.ReaderAt, at int64) (meta, error) {
	var raw [metaSummed + 8]byte
	if _, err := file.ReadAt(raw[:], at+headerSize); err != nil {
		return meta{}, damaged("a meta page: %v", err)
	}
	sum := fnv.New64a()
	sum.Write(raw[:metaSummed])
	order := binary.NativeEndian
	switch {
	case order.Uint64(raw[metaSummed:]) != sum.Sum64():
		return meta{}, damaged("a meta page is not as it was written")
	case order.Uint32(raw[:]) != metaMagic, order.Uint32(raw[4:]) != metaVersion, order.Uint32(raw[8:]) != pageSize:
		return meta{}, damaged("a meta page is of another kind of file")
	}
	return meta{root: order.Uint64(raw[16:]), pages: order.Uint64(raw[40:]), commit: order.Uint64(raw[48:])}, nil
}

// tree reads the pages of a file, each at most once: so it comes to an end.
type tree struct {
	file  io.ReaderAt
	pages uint64
	seen  map[uint64]bool
}

// within is where a page is in the tree.
type within struct {
	low, high []byte // its keys are not below low, and below high unless that is nil
	depth     int
	bucket    bool // it belongs to a bucket, and not to the tree of buckets
}

// page checks a page and all pages below it.
func (t *tree) page(id uint64, at within) error {
	var header [headerSize]byte
	if err := t.read(header[:], id); err != nil {
		return err
	}
	more := uint64(binary.NativeEndian.Uint32(header[12:]))
	if binary.NativeEndian.Uint64(header[:]) != id || id < 2 || id >= t.pages || more >= t.pages-id {
		return damaged("page %d is none", id)
	}
	for n := id; n <= id+more; n++ {
		if t.seen[n] {
			return damaged("page %d is in the tree twice", n)
		}
		t.seen[n] = true
	}
	raw := make([]byte, (1+more)*pageSize)
	if err := t.read(raw, id); err != nil {
		return err
	}
	return t.node(raw, at)
}

func (t *tree) read(into []byte, id uint64) error {
	if id >= t.pages {
		return damaged("page %d is beyond the end", id)
	}
	if _, err := t.file.ReadAt(into, int64(id)*pageSize); err != nil { //nolint:gosec // below the file's size
		return fmt.Errorf("durable: read page %d: %w", id, err)
	}
	return nil
}

// node checks a page's elements: that they are in the page, and their keys in order and in their place.
func (t *tree) node(raw []byte, at within) error {
	if len(raw) < headerSize || at.depth == maxDepth {
		return damaged("a page of %d bytes, %d deep", len(raw), at.depth)
	}
	kind, count := binary.NativeEndian.Uint16(raw[8:]), int(binary.NativeEndian.Uint16(raw[10:]))
	if (kind != branchPage && kind != leafPage) || (kind == branchPage && count == 0) ||
		headerSize+count*elementSize > len(raw) {
		return damaged("a page of kind %d with %d elements", kind, count)
	}
	elements := make([]element, count)
	for i := range elements {
		var ok bool
		if elements[i], ok = readElement(raw[headerSize+i*elementSize:], kind); !ok || len(elements[i].key) == 0 {
			return damaged("an element reaches beyond its page")
		}
		key := elements[i].key
		if bytes.Compare(key, at.low) < 0 || (at.high != nil && bytes.Compare(key, at.high) >= 0) ||
			(i > 0 && bytes.Compare(key, elements[i-1].key) <= 0) {
			return damaged("a key is not in its place")
		}
	}
	if kind == branchPage {
		return t.children(elements, at)
	}
	return t.buckets(elements, at)
}

// children checks the pages below a branch.
func (t *tree) children(elements []element, at within) error {
	for i, e := range elements {
		below := within{low: e.key, high: at.high, depth: at.depth + 1, bucket: at.bucket}
		if i+1 < len(elements) {
			below.high = elements[i+1].key
		}
		if err := t.page(e.page, below); err != nil {
			return err
		}
	}
	return nil
}

// buckets checks the buckets that a leaf has; one of a bucket has none.
func (t *tree) buckets(elements []element, at within) error {
	for _, e := range elements {
		if (e.flags == bucketFlag) == at.bucket || e.flags > bucketFlag {
			return damaged("a record is where a bucket should be, or the reverse")
		}
		if at.bucket {
			continue
		}
		if len(e.value) < bucketSize {
			return damaged("a bucket of %d bytes", len(e.value))
		}
		below := within{depth: at.depth + 1, bucket: true}
		var err error
		if root := binary.NativeEndian.Uint64(e.value); root != 0 {
			err = t.page(root, below)
		} else if inline := e.value[bucketSize:]; len(inline) < headerSize ||
			binary.NativeEndian.Uint16(inline[8:]) != leafPage {
			err = damaged("a small bucket without a leaf")
		} else {
			err = t.node(inline, below)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// element is one entry of a page.
type element struct {
	flags      uint32 // of a leaf's
	page       uint64 // of a branch's
	key, value []byte
}

// readElement reads the element at the beginning of rest, whose key and value lie somewhere behind; false: not in rest.
func readElement(rest []byte, kind uint16) (element, bool) {
	order := binary.NativeEndian
	var e element
	var at, keyLength, valueLength uint64
	if kind == branchPage {
		at, keyLength = uint64(order.Uint32(rest)), uint64(order.Uint32(rest[4:]))
		e.page = order.Uint64(rest[8:])
	} else {
		e.flags, at = order.Uint32(rest), uint64(order.Uint32(rest[4:]))
		keyLength, valueLength = uint64(order.Uint32(rest[8:])), uint64(order.Uint32(rest[12:]))
	}
	if at+keyLength+valueLength > uint64(len(rest)) {
		return element{}, false
	}
	e.key = rest[at : at+keyLength]
	e.value = rest[at+keyLength : at+keyLength+valueLength]
	return e, true
}
