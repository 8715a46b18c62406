package rules

import (
	"context"
	"errors"
	"fmt"
)

// Allow decides a request. The error is that of the context, of the request's [Reader], or [ErrQuery]; a
// condition that fails is none, but denies. It may be called from many goroutines at once, with different
// requests.
func (r *Ruleset) Allow(ctx context.Context, request Request) (Decision, error) {
	if r.service == nil || len(request.Path) == 0 {
		return Decision{}, nil
	}
	ev := &evaluation{lookups: newLookups(&request)}
	if request.Method != ListDocuments {
		return r.decide(ctx, ev, &request, request.steps(), nil)
	}
	alternatives, err := ev.alternatives(request.Query)
	if fatal(err) { // too much work, which denies
		return Decision{Outcomes: []Outcome{{Err: err}}}, nil
	}
	if err != nil {
		return Decision{}, err
	}
	var all Decision
	for _, filters := range alternatives {
		ev.expressions = 0 // every alternative is a query of its own
		asked, steps, resource := ev.assume(ctx, &request, filters)
		one, err := r.decide(ctx, ev, asked, steps, &resource)
		if err != nil {
			return Decision{}, err
		}
		all.Outcomes = append(all.Outcomes, one.Outcomes...)
		if !one.Allowed {
			return Decision{Outcomes: all.Outcomes}, nil
		}
		all.Allowed, all.Line, all.Column = true, one.Line, one.Column
	}
	return all, nil
}

// decide tries the statements that fit, in the order of the source.
func (r *Ruleset) decide(
	ctx context.Context, ev *evaluation, request *Request, path []step, resource *result,
) (Decision, error) {
	var d Decision
	root := &scope{block: r.file, names: request.variables(resource)}
	m := &matcher{method: request.Method, version: r.version, work: &ev.work}
	failed := m.blocks(r.service, path, &scope{parent: root, block: r.service})
	if failed != nil { // too much work, which denies
		d.Outcomes = append(d.Outcomes, Outcome{Err: failed})
		m.found = nil
	}
	for _, c := range m.found {
		if err := ctx.Err(); err != nil {
			return Decision{}, fmt.Errorf("rules: %w", err)
		}
		ok, err := ev.statement(ctx, c)
		if failed := (*readerError)(nil); errors.As(err, &failed) {
			return Decision{}, fmt.Errorf("rules: read a document: %w", failed.err)
		}
		d.Outcomes = append(d.Outcomes, Outcome{c.allow.line, c.allow.column, ok, err})
		if ok {
			d.Allowed, d.Line, d.Column = true, c.allow.line, c.allow.column
			return d, nil
		}
		if fatal(err) {
			return d, nil
		}
	}
	return d, nil
}

func (ev *evaluation) statement(ctx context.Context, c candidate) (bool, error) {
	if c.allow.condition == nil {
		return true, nil
	}
	ok, err := ev.condition(ctx, c.allow.condition, c.scope)
	return bool(ok) && err == nil, err
}
