package peer

// SetLimit makes a room small: with so many members there it is full.
func (o *Options) SetLimit(members int) { o.limit = members }
