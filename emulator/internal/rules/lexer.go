package rules

import (
	"strings"
	"unicode/utf8"
)

const (
	maxSource = 256 << 10 // bytes, as production has it
	maxTokens = 100_000
)

type kind int

const (
	end kind = iota
	name
	integer
	decimal
	text       // '…' or "…"
	byteText   // b'…'
	pathText   // /segment, with its slash
	pathExpr   // /$(
	pathWild   // /{
	punctuator // operators and brackets
)

// token is a word of the source. of is its text as written, but for a path segment without the slash.
type token struct {
	position
	kind kind
	of   string
}

func (t token) String() string {
	switch t.kind {
	case end:
		return "the end of the file"
	case pathText:
		return "«/" + t.of + "»"
	default:
		return "«" + t.of + "»"
	}
}

// lexer cuts source into tokens.
type lexer struct {
	source string
	at     int // byte offset
	position
	tokens []token
}

func scan(source string) ([]token, error) {
	if len(source) > maxSource {
		return nil, position{1, 1}.errorf("the ruleset is larger than 256 KiB")
	}
	if !utf8.ValidString(source) {
		return nil, position{1, 1}.errorf("the ruleset is not UTF-8")
	}
	l := &lexer{source: source, position: position{1, 1}}
	for {
		if err := l.space(); err != nil {
			return nil, err
		}
		if l.at == len(l.source) {
			l.emit(end, 0)
			return l.tokens, nil
		}
		if len(l.tokens) == maxTokens {
			return nil, l.errorf("the ruleset has more than %d words", maxTokens)
		}
		if err := l.token(); err != nil {
			return nil, err
		}
	}
}

func (l *lexer) rest() string { return l.source[l.at:] }

// advance moves over n bytes and keeps the position.
func (l *lexer) advance(n int) {
	for _, r := range l.source[l.at : l.at+n] {
		l.column++
		if r == '\n' {
			l.line, l.column = l.line+1, 1
		}
	}
	l.at += n
}

// emit makes the next n bytes a token.
func (l *lexer) emit(k kind, n int) {
	l.tokens = append(l.tokens, token{l.position, k, l.source[l.at : l.at+n]})
	l.advance(n)
}

// space moves over white space and comments.
func (l *lexer) space() error {
	for {
		rest := l.rest()
		trimmed := strings.TrimLeft(rest, " \t\r\n\f")
		l.advance(len(rest) - len(trimmed))
		switch {
		case strings.HasPrefix(trimmed, "//"):
			line, _, _ := strings.Cut(trimmed, "\n")
			l.advance(len(line))
		case strings.HasPrefix(trimmed, "/*"):
			n := strings.Index(trimmed[2:], "*/")
			if n < 0 {
				return l.errorf("this comment has no end")
			}
			l.advance(n + 4)
		default:
			return nil
		}
	}
}

func (l *lexer) token() error {
	rest := l.rest()
	c := rest[0]
	switch {
	case (c == 'b' || c == 'B') && len(rest) > 1 && (rest[1] == '\'' || rest[1] == '"'):
		return l.quoted(byteText, 1)
	case c == '\'' || c == '"':
		return l.quoted(text, 0)
	case isNameStart(c):
		l.emit(name, countWhile(rest, isNamePart))
		return nil
	case isDigit(c), c == '.' && len(rest) > 1 && isDigit(rest[1]):
		l.number()
		return nil
	case c == '/':
		return l.slash()
	default:
		return l.punctuation()
	}
}

// number is digits, with a point or without one; there are no exponents and no other bases.
func (l *lexer) number() {
	rest := l.rest()
	n := countWhile(rest, isDigit)
	if n == len(rest) || rest[n] != '.' {
		l.emit(integer, n)
		return
	}
	n++
	n += countWhile(rest[n:], isDigit)
	l.emit(decimal, n)
}

// quoted is a string with its quotes; prefix bytes come before them.
func (l *lexer) quoted(k kind, prefix int) error {
	rest := l.rest()
	quote := rest[prefix]
	for i := prefix + 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++ // whatever it is, it does not end the string
		case '\n':
			return l.errorf("this string has no closing %c on its line", quote)
		case quote:
			l.emit(k, i+1)
			return nil
		}
	}
	return l.errorf("this string has no closing %c", quote)
}

// slash is a division where white space or a bracket follows, and otherwise the start of a path's segment.
func (l *lexer) slash() error {
	rest := l.rest()[1:]
	n := segmentLength(rest)
	switch {
	case n > 0:
		l.tokens = append(l.tokens, token{l.position, pathText, rest[:n]})
		l.advance(n + 1)
	case strings.HasPrefix(rest, "$("):
		l.emit(pathExpr, 3)
	case strings.HasPrefix(rest, "{"):
		l.emit(pathWild, 2)
	default:
		l.emit(punctuator, 1)
	}
	return nil
}

// segmentLength counts the bytes of a path's segment, such as users or (default).
func segmentLength(rest string) int {
	if strings.HasPrefix(rest, "(") {
		n := 1 + countWhile(rest[1:], isSegmentPart)
		if n > 1 && strings.HasPrefix(rest[n:], ")") {
			return n + 1
		}
		return 0
	}
	return countWhile(rest, isSegmentPart)
}

func (l *lexer) punctuation() error {
	rest := l.rest()
	if strings.HasPrefix(rest, "++") || strings.HasPrefix(rest, "--") {
		return l.errorf("there is no %s", rest[:2])
	}
	for _, op := range []string{"**", "||", "&&", "==", "!=", "<=", ">="} {
		if strings.HasPrefix(rest, op) {
			l.emit(punctuator, 2)
			return nil
		}
	}
	if strings.ContainsRune("+-*%<>!?:.,;()[]{}=", rune(rest[0])) {
		l.emit(punctuator, 1)
		return nil
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return l.errorf("there is no use for %q here", r)
}

func countWhile(s string, is func(byte) bool) int {
	n := 0
	for n < len(s) && is(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isNameStart(c byte) bool {
	return c == '_' || c == '$' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isNamePart(c byte) bool { return isNameStart(c) || isDigit(c) }

func isSegmentPart(c byte) bool {
	return c != '$' && isNamePart(c) || strings.IndexByte("-.~%@", c) >= 0
}
