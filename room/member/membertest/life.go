package membertest

import (
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
)

// join lets somebody come, whose clock may be wrong and whose line slow.
func (p *play) join() {
	if len(p.honest()) >= p.script.Members {
		return
	}
	one := p.newPerson()
	one.clock = time.Duration(p.random.IntN(7200)-3600) * time.Second
	if p.random.IntN(5) == 0 {
		one.slow = time.Duration(p.random.IntN(2000)) * time.Millisecond
	}
	one.code = p.Founder().Member.Code()
	one.start(nil)
	p.report.Joined++
}

// crash ends somebody's stay; some lose everything but the key. What nobody else has is lost.
func (p *play) crash(one *Person) {
	if one == p.Founder() || p.random.IntN(3) > 0 {
		return
	}
	one.Crash()
	p.report.Crashed++
	if p.random.IntN(3) > 0 {
		return
	}
	one.Forget()
	p.report.Forgot++
	for id := range p.said {
		if !p.known(id) {
			delete(p.said, id)
			p.report.Vanished++
		}
	}
}

// known tells whether an honest one has an event, there or on the device.
func (p *play) known(id protocol.EventID) bool {
	for _, one := range p.honest() {
		if _, has := one.kept.events[id]; has {
			return true
		}
	}
	return false
}

// comeBack lets somebody come back who is not there.
func (p *play) comeBack() {
	var away []*Person
	for _, one := range p.honest() {
		if one.Member == nil {
			away = append(away, one)
		}
	}
	if len(away) > 0 {
		p.report.Returned++
		p.comesBack(away[p.random.IntN(len(away))])
	}
}

// comesBack lets somebody return, who has asked for the link if the room has moved too far.
func (p *play) comesBack(one *Person) {
	if one.Ended != "" || len(one.kept.order) == 0 {
		one.code, one.kept.codes = p.Founder().Member.Code(), nil
	}
	one.Return()
}

// leave lets somebody go for good, whose last words somebody else has.
func (p *play) leave(one *Person) {
	if one == p.Founder() || p.random.IntN(2) > 0 || len(p.honest()) < 4 || one.Member.History() == nil {
		return
	}
	for id := range p.said {
		if e, has := one.Member.History().Event(id); has && e.Author == one.ID && !p.elsewhere(id, one) {
			return
		}
	}
	one.Leave()
	p.gone[one] = true
	p.report.Left++
}

func (p *play) elsewhere(id protocol.EventID, but *Person) bool {
	for _, one := range p.honest() {
		if _, has := one.kept.events[id]; has && one != but {
			return true
		}
	}
	return false
}

// part lets the network fall into parts, or grow together.
func (p *play) part() {
	parts := 1
	if p.random.IntN(2) == 0 {
		parts = 2 + p.random.IntN(2)
		p.report.Parted++
	}
	salt := p.random.IntN(1 << 16)
	p.Part(func(a, b *Person) bool { return (a.number*31+salt)%97%parts != (b.number*31+salt)%97%parts })
}

// sleep cuts somebody off for a while.
func (p *play) sleep(one *Person) {
	p.report.Asleep++
	for _, other := range one.linkedTo() {
		p.Cut(one, other)
	}
}

// maxRemoved is how many are removed: whoever is away finds back from as many codes.
const maxRemoved = 4

// remove lets the founder remove somebody hostile who is known to be.
func (p *play) remove() {
	if p.report.Removed == maxRemoved {
		return
	}
	h := p.Founder().Member.History()
	for _, v := range p.villains {
		if h.Member(v.ID) && (len(h.Faults(v.ID)) > 0 || p.blamed(v.ID)) {
			id, done := p.Founder().Do(func(m *member.Member) (protocol.EventID, []member.Action, error) {
				return m.Remove(v.ID)
			})
			if done {
				v.removal = id
				p.report.Removed++
			}
			return
		}
	}
}

func (p *play) blamed(id protocol.Identity) bool {
	for _, one := range p.honest() {
		for _, f := range one.Faults {
			if f.Member == id {
				return true
			}
		}
	}
	return false
}

// gather lets the network be whole, everybody come back, and some time pass in which nothing happens.
func (p *play) gather() {
	p.Part(nil)
	for _, one := range p.honest() {
		one.slow = 0
		if one.Member == nil {
			p.comesBack(one)
		}
	}
	for range 30 {
		p.Run(20 * time.Second)
		for _, one := range p.honest() {
			if one.Member == nil { // refused by who knew less
				p.comesBack(one)
			}
		}
		if p.same() == nil {
			return
		}
	}
}
