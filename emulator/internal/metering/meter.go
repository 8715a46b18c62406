package metering

import (
	"maps"
	"sync"
)

// maxClients bounds the clients that are counted by themselves, in all databases together; maxName the bytes of a
// name. All others are lumped together as [Others], so that strangers cannot fill the memory.
const (
	maxClients = 10_000
	maxName    = 128
)

// Names of clients that are no uids. A uid can be the same word; then the two are counted as one.
const (
	Owner  = "owner"    // administrators
	Others = "(others)" // those above the bound
)

// Usage is what is billed, in documents.
type Usage struct {
	Reads   int64 `json:"reads"`
	Writes  int64 `json:"writes"`
	Deletes int64 `json:"deletes"`
}

func (u Usage) plus(v Usage) Usage {
	return Usage{Reads: u.Reads + v.Reads, Writes: u.Writes + v.Writes, Deletes: u.Deletes + v.Deletes}
}

// Meter counts by database and client. It is safe for concurrent use.
type Meter struct {
	mu        sync.Mutex
	databases map[string]map[string]Usage // guarded by mu
	clients   int                         // guarded by mu: in all databases, Others aside
}

// New makes a meter at zero.
func New() *Meter { return &Meter{databases: map[string]map[string]Usage{}} }

// Add counts what a client used. The caller has made sure that there is such a database.
func (m *Meter) Add(database, client string, u Usage) {
	if u == (Usage{}) {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	of := m.databases[database]
	if of == nil {
		of = map[string]Usage{}
		m.databases[database] = of
	}
	if _, known := of[client]; !known && client != Others {
		if m.clients == maxClients || len(client) > maxName {
			client = Others
		} else {
			m.clients++
		}
	}
	of[client] = of[client].plus(u)
}

// Usage is what was counted in a database, by client.
func (m *Meter) Usage(database string) map[string]Usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	copied := maps.Clone(m.databases[database])
	if copied == nil {
		copied = map[string]Usage{}
	}
	return copied
}

// Reset begins at zero again in a database.
func (m *Meter) Reset(database string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	of := m.databases[database]
	m.clients -= len(of)
	if _, lumped := of[Others]; lumped {
		m.clients++
	}
	delete(m.databases, database)
}
