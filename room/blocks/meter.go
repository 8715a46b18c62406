package blocks

const (
	meterSlots = 10
	meterSlot  = 500 // ms
)

// meter measures bytes in a second, over the last five, or since it began to count if that is later.
type meter struct {
	slots [meterSlots]int
	slot  int64 // the number of the latest
	begun int64 // when it began to count after five seconds of nothing, in ms
}

func (m *meter) add(now int64, bytes int) {
	m.forward(now)
	if m.sum() == 0 {
		m.begun = now
	}
	m.slots[m.slot%meterSlots] += bytes
}

func (m *meter) rate(now int64) int {
	m.forward(now)
	return m.sum() * 1000 / int(min(max(now-m.begun, 2*meterSlot), meterSlots*meterSlot))
}

func (m *meter) sum() int {
	sum := 0
	for _, bytes := range m.slots {
		sum += bytes
	}
	return sum
}

func (m *meter) forward(now int64) {
	for slot := max(m.slot, now/meterSlot-meterSlots); slot < now/meterSlot; slot++ {
		m.slots[(slot+1)%meterSlots] = 0
	}
	m.slot = max(m.slot, now/meterSlot)
}
