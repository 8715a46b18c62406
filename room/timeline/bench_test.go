package timeline

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
)

// longRoom gives a founder who has said many texts, and somebody who has heard half of them.
func longRoom(b *testing.B, texts int) (founder, late *person) {
	b.Helper()
	people, _ := newRoom(b, 1, everlasting)
	founder, late = people[0], people[1]
	for i := range texts {
		one := founder.say(line(i))
		if i < texts/2 {
			late.take(one)
		}
	}
	return founder, late
}

// A text that comes late to 100 000, and belongs in the middle of them.
func BenchmarkLate(b *testing.B) {
	founder, late := longRoom(b, 100_000)
	for b.Loop() {
		b.StopTimer()
		one := late.say("late")
		b.StartTimer()
		founder.take(one)
	}
}

// The same as BenchmarkLate would cost if all were counted anew.
func BenchmarkAnew(b *testing.B) {
	founder, _ := longRoom(b, 100_000)
	for b.Loop() {
		New(founder.h)
	}
}

// What 10 000 texts of about 70 bytes take, history and timeline together.
func BenchmarkMemory(b *testing.B) {
	const texts = 10_000
	people, _ := newRoom(b, 1, everlasting)
	founder, reader := people[0], people[1]
	var all []said
	for i := range texts {
		all = append(all, founder.say(line(i)))
	}
	wire := 0
	for _, one := range all {
		wire += len(one.e.Encode())
	}
	var before, after runtime.MemStats
	for b.Loop() {
		reader.enter([]said{{eventOf(founder, founder.h.Root()), founder.h.Root()}})
		runtime.GC()
		runtime.ReadMemStats(&before)
		for _, id := range founder.h.Events()[1:] {
			one := eventOf(founder, id)
			one.Body = append([]byte(nil), one.Body...)
			reader.take(said{one, id})
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB/10000")
	b.ReportMetric(float64(wire)/1e6, "MB-wire/10000")
	runtime.KeepAlive(reader)
}

func eventOf(p *person, id protocol.EventID) protocol.Event {
	e, _ := p.h.Event(id)
	return e
}

func line(i int) string {
	return fmt.Sprintf("This is a text as people write them: one line, and its number is %d.", i)
}

// Somebody reacted so often to one text, and half of that says nothing any more: each reaction takes the same, however
// many there are.
func BenchmarkSilenced(b *testing.B) {
	for _, notes := range []int{1_000, 4_000, 16_000} {
		b.Run(fmt.Sprint(notes), func(b *testing.B) {
			people, _ := newRoom(b, 0, everlasting)
			founder := people[0]
			text := founder.say("hi")
			for i := range notes {
				founder.react(text, "👍", i%2 > 0)
			}
			all := founder.h.Events()
			silent := all[len(all)-notes/2:]
			for b.Loop() {
				b.StopTimer()
				see := New(founder.h)
				b.StartTimer()
				see.Apply(history.Change{Silenced: silent})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(silent)), "ns/reaction")
		})
	}
}
