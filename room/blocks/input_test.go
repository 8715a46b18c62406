package blocks_test

import (
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/blocks"
)

// input is one that is given to an exchange; nothing if Do is empty.
type input struct {
	Do           string
	Peer         blocks.Peer
	Room         int
	Frame        protocol.BlockFrame
	Set          protocol.BlockID
	IDs          []protocol.BlockID // that follow; OK: they are all
	Bytes        []byte
	Task         blocks.Task
	OK           bool
	First, Count int
}

func (in input) give(x *blocks.Exchange) []blocks.Action {
	switch in.Do {
	case "linked":
		return x.Linked(in.Peer, in.Room)
	case "unlinked":
		return x.Unlinked(in.Peer)
	case "drained":
		return x.Drained(in.Peer, in.Room)
	case "received":
		return x.Received(in.Peer, in.Frame)
	case "extend":
		out, _ := x.Extend(in.Set, in.IDs, in.OK)
		return out
	case "have":
		return x.Have(in.Set, in.Bytes)
	case "serve":
		return x.Serve(in.Set, in.IDs)
	case "want":
		return x.Want(in.Set)
	case "priority":
		return x.Priority(in.Set, in.First, in.Count)
	case "pause":
		return x.Pause(in.Set)
	case "decline":
		return x.Decline(in.Set)
	case "drop":
		return x.Drop(in.Set)
	case "read":
		return x.Read(in.Task, in.Bytes)
	case "checked":
		return x.Checked(in.Task, in.OK)
	case "kept":
		return x.Kept(in.Task, in.OK)
	}
	return nil
}
