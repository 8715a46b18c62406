package protocol

// Admission is the body of EventAdmission: somebody is let in (SPEC E9).
type Admission struct {
	Member Identity `json:"member"`
	Name   string   `json:"name,omitempty"`
}

// Encode writes the body. It refuses what ParseAdmission would.
func (a Admission) Encode() ([]byte, error) { return encodeBody("E9", a, a.Check()) }

// Check tells whether the name is within its bounds, with a *ParseError if not.
func (a Admission) Check() error {
	return checkChars("E9", "name", a.Name, 0, MaxMemberNameChars)
}

// ParseAdmission reads the body of EventAdmission.
func ParseAdmission(body []byte) (Admission, error) {
	var a Admission
	o, err := parseBody(body)
	if err != nil {
		return a, err
	}
	if a.Member, err = value[Identity](o, "E9", "member"); err != nil {
		return a, err
	}
	if a.Name, _, err = o.text("E9", "name"); err != nil {
		return a, err
	}
	return a, a.Check()
}

// ChainEnd is the last event of a chain that counts (SPEC E10).
type ChainEnd struct {
	Chain ChainID `json:"chain"`
	N     uint64  `json:"n"`
}

// Removal is the body of EventRemoval: the founder removes somebody (SPEC E10).
type Removal struct {
	Member Identity `json:"member"`
	// Last has each chain at most once; of those that are not in it nothing counts.
	Last []ChainEnd `json:"last"`
	// Epoch and Commitment are those of the room's next secret.
	Epoch      uint64     `json:"epoch"`
	Commitment Commitment `json:"commitment"`
}

// Encode writes the body. It refuses what ParseRemoval would.
func (r Removal) Encode() ([]byte, error) {
	if r.Last == nil {
		r.Last = []ChainEnd{} // not null
	}
	return encodeBody("E10", r, r.check())
}

// ParseRemoval reads the body of EventRemoval.
func ParseRemoval(body []byte) (Removal, error) {
	var r Removal
	o, err := parseBody(body)
	if err != nil {
		return r, err
	}
	if r.Member, err = value[Identity](o, "E10", "member"); err != nil {
		return r, err
	}
	ends, err := o.list("E10", "last", MaxRemovalChains)
	if err != nil {
		return r, err
	}
	r.Last = make([]ChainEnd, len(ends))
	for i, end := range ends {
		chain, err := end.chain("E10")
		if err != nil {
			return r, parseErrorf("E10", "last", "a chain is none")
		}
		n, err := end.count("E10", "n", 1)
		if err != nil {
			return r, parseErrorf("E10", "last", "an n is none")
		}
		r.Last[i] = ChainEnd{Chain: chain, N: n}
	}
	if r.Epoch, err = o.count("E10", "epoch", 0); err != nil {
		return r, err
	}
	if r.Commitment, err = value[Commitment](o, "E10", "commitment"); err != nil {
		return r, err
	}
	return r, r.check()
}

func (r Removal) check() error {
	if len(r.Last) > MaxRemovalChains {
		return parseErrorf("E10", "last", "over %d", MaxRemovalChains)
	}
	if r.Epoch > maxNumber {
		return parseErrorf("E10", "epoch", "not in its bounds")
	}
	chains := make(map[ChainID]bool, len(r.Last))
	for _, end := range r.Last {
		if chains[end.Chain] {
			return parseErrorf("E10", "last", "a chain twice")
		}
		if end.N < 1 || end.N > maxNumber {
			return parseErrorf("E10", "last", "an n is not in its bounds")
		}
		chains[end.Chain] = true
	}
	return nil
}
