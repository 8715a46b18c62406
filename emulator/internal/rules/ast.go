package rules

// expr is a node of an expression's tree.
type expr interface{ where() position }

func (p position) where() position { return p }

type (
	// literal is a constant.
	literal struct {
		position
		value Value
	}
	// variable is a name: request, a wildcard, a parameter, a let.
	variable struct {
		position
		name string
	}
	// member is x.name.
	member struct {
		position
		of   expr
		name string
	}
	// index is x[i].
	index struct {
		position
		of, at expr
	}
	// slice is x[from:to]; an end that is left out is nil.
	slice struct {
		position
		of, from, to expr
	}
	// call is name(args), space.name(args) or receiver.name(args).
	call struct {
		position
		receiver expr   // nil without one
		space    string // math, duration and the like; empty without one
		name     string
		args     []expr
		pattern  *pattern // of a method whose argument is a constant expression, compiled once
	}
	// unary is !x or -x.
	unary struct {
		position
		op string
		of expr
	}
	// infix is x op y.
	infix struct {
		position
		op          string
		left, right expr
	}
	// typeTest is x is name.
	typeTest struct {
		position
		of   expr
		name string
	}
	// ternary is condition ? then : otherwise.
	ternary struct {
		position
		condition, then, otherwise expr
	}
	// group is (x). It counts as a level of depth, and keeps a path apart from an index.
	group struct {
		position
		of expr
	}
	// listLiteral is [a, b].
	listLiteral struct {
		position
		items []expr
	}
	// mapLiteral is {key: value}; keys are expressions too.
	mapLiteral struct {
		position
		keys, values []expr
	}
	// pathLiteral is /a/$(b).
	pathLiteral struct {
		position
		segments []pathPart
	}
)

// pathPart is a segment of a path literal: text, or an expression.
type pathPart struct {
	text string
	of   expr // nil for text
}

// segment is a segment of a match block's path.
type segment struct {
	position
	text string // what it must be; empty for a wildcard
	name string // of the wildcard
	glob bool   // {name=**}
}

// block is the file, the service, or a match: what may hold functions and other blocks.
type block struct {
	position
	path      []segment // empty for the file and the service
	functions map[string]*function
	allows    []*allow
	blocks    []*block
	parent    *block // nil for the file
}

// allow is one allow statement.
type allow struct {
	position
	methods   []string
	condition expr // nil: always
}

// function is a declared function.
type function struct {
	position
	name   string
	params []string
	lets   []let
	result expr
	home   *block // where it is declared, whose names it sees
}

// let is one binding of a function.
type let struct {
	position
	name  string
	value expr
}

// Ruleset is a parsed ruleset. It is immutable and may be used from many goroutines at once.
type Ruleset struct {
	file    *block
	service *block // cloud.firestore; nil if the file has none
	version int    // 1 or 2
}
