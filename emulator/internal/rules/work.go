package rules

const (
	maxExpressions = 1000     // of one request, as production has it
	maxWork        = 50 << 20 // bytes compared, hashed and matched in one request: about a second at worst
	workOfNode     = 32       // bytes that visiting a value inside of a list or a map counts for
	maxSize        = 1 << 20  // bytes or items of a value that a rule computes, as of a document
)

// work counts what an evaluation costs. One evaluation owns it.
type work struct {
	expressions int
	bytes       int
	unique      int // counts the keys of what equals nothing
}

// expression counts n expressions.
func (w *work) expression(n int) error {
	w.expressions += n
	if w.expressions > maxExpressions {
		return &WorkError{Limit: "1000 expressions"}
	}
	return nil
}

// spend counts n bytes of comparing, hashing or matching.
func (w *work) spend(n int) error {
	w.bytes += n
	if w.bytes > maxWork {
		return &WorkError{Limit: "50 MiB of comparing and matching"}
	}
	return nil
}

// fits refuses to compute a value of more than n bytes or items.
func fits(n int) error {
	if n > maxSize {
		return fault("the value becomes larger than 1 MiB")
	}
	return nil
}
