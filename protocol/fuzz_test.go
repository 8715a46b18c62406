package protocol

import (
	"reflect"
	"testing"
)

// What was accepted can be encoded, and reads back the same.

func FuzzDescription(f *testing.F) {
	for _, c := range readVectors(f, "description.json") {
		f.Add(c.payload())
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		d, err := ParseDescription(payload)
		if err == nil {
			checkStable(t, d, ParseDescription)
		}
	})
}

func FuzzBatch(f *testing.F) {
	for _, c := range readVectors(f, "batch.json") {
		f.Add(c.payload())
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		b, err := ParseBatch(payload)
		if err == nil {
			checkStable(t, b, ParseBatch)
		}
	})
}

func FuzzMessage(f *testing.F) {
	for _, c := range readVectors(f, "message.json") {
		f.Add([]byte(c.Input))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		m, err := ParseMessage(frame)
		if err == nil {
			checkStable(t, m, ParseMessage)
		}
	})
}

func FuzzQuickMatchRequest(f *testing.F) {
	for _, c := range readVectors(f, "quick-match-request.json") {
		f.Add([]byte(c.Input))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := ParseQuickMatchRequest(body)
		if err != nil {
			return
		}
		encoded, err := r.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseQuickMatchRequest(encoded); err != nil || back != r {
			t.Errorf("%+v reads back as %+v, %v", r, back, err)
		}
	})
}

func FuzzRoomCode(f *testing.F) {
	for _, c := range readVectors(f, "room-code.json") {
		f.Add(c.Input)
	}
	f.Fuzz(func(t *testing.T, pasted string) {
		s, err := ParseRoomCode(pasted)
		if err != nil {
			return
		}
		if back, err := ParseRoomCode(s.Code()); err != nil || back != s {
			t.Errorf("%x reads back as %x, %v", s, back, err)
		}
	})
}

func checkStable[T interface{ Encode() ([]byte, error) }](t *testing.T, value T, parse func([]byte) (T, error)) {
	t.Helper()
	encoded, err := value.Encode()
	if err != nil {
		// What fits as it came may be over the limit in canonical form, with its escapes: refused, not lost.
		return
	}
	back, err := parse(encoded)
	if err != nil || !reflect.DeepEqual(back, value) {
		t.Errorf("%+v reads back as %+v, %v", value, back, err)
	}
}
