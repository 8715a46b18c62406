package doctor

import (
	"net/http"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol/diagnosis"
)

func TestClock(t *testing.T) {
	sent := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	at := func(off time.Duration) string { return sent.Add(off).Format(http.TimeFormat) }
	for name, c := range map[string]struct {
		date, age string
		trip      time.Duration
		want      diagnosis.State
	}{
		"the same":                       {at(0), "", 0, diagnosis.Yes},
		"[G5] 59 s ahead":                {at(-59 * time.Second), "", 0, diagnosis.Yes},
		"[G5] 62 s ahead":                {at(-62 * time.Second), "", 0, diagnosis.No},
		"[G5] 62 s behind":               {at(62 * time.Second), "", 0, diagnosis.No},
		"[G5] a slow answer is no error": {at(61 * time.Second), "", 20 * time.Second, diagnosis.Yes},
		"a copy of an hour ago":          {at(-time.Hour), "3600", 0, diagnosis.Yes},
		"a copy with a strange age":      {at(-time.Hour), "-3600", 0, diagnosis.No},
		"no date":                        {"", "", 0, diagnosis.Unlooked},
		"no date that one can read":      {"yesterday", "", 0, diagnosis.Unlooked},
	} {
		t.Run(name, func(t *testing.T) {
			h := http.Header{}
			h.Set("Date", c.date)
			h.Set("Age", c.age)
			clock := new(clock)
			clock.note(h, sent, c.trip)
			if got := clock.state(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestTheQuickestAnswerSetsTheClock(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	right, wrong := http.Header{}, http.Header{}
	right.Set("Date", now.Format(http.TimeFormat))
	wrong.Set("Date", now.Add(time.Hour).Format(http.TimeFormat))
	clock := new(clock)
	clock.note(wrong, now, 2*time.Second)
	clock.note(right, now, time.Second)
	clock.note(wrong, now, 3*time.Second)
	if got := clock.state(); got != diagnosis.Yes {
		t.Errorf("%s", got)
	}
}
