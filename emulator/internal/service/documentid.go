package service

import (
	"crypto/rand"
	"strings"
)

// newDocumentID is the id of a document that was given none, as Firestore and its SDKs make them: 20 letters and
// digits, 119 random bits.
func newDocumentID() string {
	const alphabet, length = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 20
	// Bytes beyond the largest multiple of the alphabet's length are left out, so that every letter is as likely.
	const even = 256 - 256%len(alphabet)
	var id strings.Builder
	for id.Len() < length {
		var random [2 * length]byte
		_, _ = rand.Read(random[:]) // it never fails
		for _, b := range random {
			if int(b) < even && id.Len() < length {
				id.WriteByte(alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return id.String()
}
