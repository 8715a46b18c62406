package blocks

const (
	meterSlots  = 10
	meterSlot   = 500 // ms
	meterWindow = meterSlots * meterSlot / 1000
)

// meter measures bytes in a second, over the last five.
type meter struct {
	slots [meterSlots]int
	slot  int64 // the number of the latest
}

func (m *meter) add(now int64, bytes int) {
	m.forward(now)
	m.slots[m.slot%meterSlots] += bytes
}

func (m *meter) rate(now int64) int {
	m.forward(now)
	sum := 0
	for _, bytes := range m.slots {
		sum += bytes
	}
	return sum / meterWindow
}

func (m *meter) forward(now int64) {
	for slot := max(m.slot, now/meterSlot-meterSlots); slot < now/meterSlot; slot++ {
		m.slots[(slot+1)%meterSlots] = 0
	}
	m.slot = max(m.slot, now/meterSlot)
}
