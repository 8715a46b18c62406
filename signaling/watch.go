package signaling

import (
	"context"
	"errors"

	"github.com/parley-chat/parley/protocol"
)

// watchParsed watches a document that parse can read: each gets nil while there is none. It ends with the
// *protocol.ParseError of one that cannot be read.
func watchParsed[T any](
	ctx context.Context, store Store, path string, parse func(Fields) (T, error), each func(*T, Document),
) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	err := store.Watch(ctx, path, func(d Document) {
		switch value, err := parse(d.Fields); {
		case ctx.Err() != nil:
		case d.Fields == nil:
			each(nil, d)
		case err != nil:
			stop(err)
		default:
			each(&value, d)
		}
	})
	if bad, ok := errors.AsType[*protocol.ParseError](context.Cause(ctx)); ok {
		return bad // rather than the cancellation that it ended the watch with
	}
	return err
}
