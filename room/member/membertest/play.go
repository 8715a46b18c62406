package membertest

import (
	"fmt"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
)

// Script says what is played.
type Script struct {
	Seed uint64
	// Members is how many honest people there are at most, 2 or more; Hostile how many others at a time.
	Members, Hostile int
	// Steps is how many things happen before everybody comes together.
	Steps int
	// Policy is what newcomers get.
	Policy protocol.HistoryPolicy
}

// Report is what happened in a play, to see that it was worth it.
type Report struct {
	// Said is by honest people; of that, Vanished was nowhere else when they lost everything.
	Said, Vanished, Entries, Frames                                int
	Joined, Crashed, Forgot, Returned, Left, Parted, Asleep, Moved int
	Forgeries, Floods, Lies, Removed, Refused, Faults              int
}

// stepTime is how far the clock goes with each step, about.
const stepTime = 250 * time.Millisecond

// play is a room in which things happen.
type play struct {
	*World

	script Script
	// said is what honest people said, and an honest one has.
	said     map[protocol.EventID]struct{}
	villains []*villain
	gone     map[*Person]bool // for good
	report   Report
}

// Play plays a room, lets everybody come together, and fails if anything is not as promised.
func Play(script Script) (Report, error) {
	p := &play{
		World: New(Options{
			Seed: script.Seed, Settings: protocol.RoomSettings{Name: "simulation", History: script.Policy},
			Limit: 2 * (script.Members + script.Hostile),
		}),
		script: script, said: map[protocol.EventID]struct{}{}, gone: map[*Person]bool{},
	}
	for range script.Steps {
		p.Run(p.spread(stepTime))
		p.step()
	}
	p.gather()
	p.report.Frames = p.Counts.Frames
	for _, one := range p.People {
		p.report.Faults += len(one.Faults)
	}
	p.report.Moved = int(p.Founder().Member.Epoch()) //nolint:gosec // a few
	return p.report, p.check()
}

// step lets something happen.
func (p *play) step() {
	one := p.anybody()
	switch p.random.IntN(32) {
	case 0, 1:
		p.join()
	case 2:
		p.crash(one)
	case 3, 4:
		p.leave(one)
	case 5:
		p.part()
	case 6:
		p.sleep(one)
	case 7, 8:
		p.comeBack()
	case 9:
		p.remove()
	case 10, 11, 12, 13, 14, 15:
		p.evil()
	default:
		p.speak(one)
	}
}

// honest are the honest people who may still be there.
func (p *play) honest() []*Person {
	var honest []*Person
	for _, one := range p.People {
		if p.villain(one) == nil && !p.gone[one] {
			honest = append(honest, one)
		}
	}
	return honest
}

// anybody is somebody honest who is there.
func (p *play) anybody() *Person {
	var there []*Person
	for _, one := range p.honest() {
		if one.Member != nil {
			there = append(there, one)
		}
	}
	return there[p.random.IntN(len(there))] // the founder always is
}

// speak is what people do in a room.
func (p *play) speak(one *Person) {
	see := one.Member.Timeline()
	if see == nil {
		return
	}
	text, found := p.anyText(one)
	said := fmt.Sprintf("text %d", p.report.Said)
	id, done := one.Do(func(m *member.Member) (protocol.EventID, []member.Action, error) {
		switch what := p.random.IntN(10); {
		case what < 5 || !found:
			return m.Say(said)
		case what < 6:
			return m.Reply(text, said)
		case what < 8:
			return m.React(text, "👍", p.random.IntN(3) > 0)
		case what < 9:
			return m.Edit(text, said)
		default:
			return m.Delete(text)
		}
	})
	if done {
		p.said[id] = struct{}{}
		p.report.Said++
		one.Input(func(m *member.Member) []member.Action { return append(m.Type(), m.Read(id)...) })
	}
}

// anyText is one of the last ones, preferably an own.
func (p *play) anyText(one *Person) (protocol.EventID, bool) {
	see := one.Member.Timeline()
	for range 10 {
		n := see.Len()
		entry := see.At(n - 1 - p.random.IntN(min(n, 30)))
		if entry.Kind == protocol.EventText && (entry.Author == one.ID || p.random.IntN(4) == 0) {
			return entry.ID, true
		}
	}
	return protocol.EventID{}, false
}
